package org.cloister.repo.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.repo.console.model.Links;

/** The style sheet, the script and the icon. Their addresses name their content, so that browsers may keep them. */
final class Assets {
    private static final String IMMUTABLE = "public, max-age=31536000, immutable";
    private static final int HASH_DIGITS = 16;

    private record Asset(String path, String type, Buffer content) {}

    private final List<Asset> assets = new ArrayList<>();
    private final String style;
    private final String script;
    private final String icon;

    Assets() {
        style = load("console.css", "text/css; charset=utf-8");
        script = load("console.js", "text/javascript; charset=utf-8");
        icon = load("icon.svg", "image/svg+xml");
    }

    private String load(String name, String type) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " isn't on the class path");
            }
            byte[] content = in.readAllBytes();
            String path = "/assets/" + Digest.of(content).hex().substring(0, HASH_DIGITS) + "/" + name;
            assets.add(new Asset(path, type, Buffer.buffer(content)));
            return Links.ROOT + path;
        } catch (IOException e) {
            throw new IllegalStateException(name + " can't be read", e);
        }
    }

    String style() {
        return style;
    }

    String script() {
        return script;
    }

    String icon() {
        return icon;
    }

    /** Anybody may have them: the page on which people sign in has them too. */
    void register(Router router) {
        for (Asset asset : assets) {
            router.get(asset.path()).handler(context -> send(context, asset));
        }
    }

    private static void send(RoutingContext context, Asset asset) {
        HttpServerResponse response = context.response();
        response.putHeader("Content-Type", asset.type()).putHeader("Cache-Control", IMMUTABLE);
        response.end(asset.content()).onFailure(gone -> {});
    }
}

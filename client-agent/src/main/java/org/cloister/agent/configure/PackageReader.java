package org.cloister.agent.configure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.cloister.agent.configure.UnpackedPackage.Conffile;
import org.cloister.agent.remote.PackageControl;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.layer.BaseLayer;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;

/** Reads from the store what dpkg would know of a package after unpacking it. */
final class PackageReader {
    private static final String INFO = "var/lib/dpkg/info/";
    private static final int BUFFER = 1 << 16;

    private final ObjectStore store;

    PackageReader(ObjectStore store) {
        this.store = store;
    }

    UnpackedPackage read(Closure.Member member, PackageControl control) throws IOException {
        Manifest manifest = store.manifest(member.layer());
        String prefix = INFO + UnpackedPackage.qualifiedName(member.id(), control) + ".";
        Map<String, ManifestEntry> files = new HashMap<>();
        List<String> scripts = new ArrayList<>();
        for (ManifestEntry entry : manifest.entries()) {
            files.put(entry.path(), entry);
            if (entry.path().startsWith(prefix)) {
                scripts.add(entry.path().substring(prefix.length()));
            }
        }
        List<Conffile> conffiles = new ArrayList<>();
        for (String line : UnpackedPackage.lines(member(files, prefix + "conffiles"))) {
            ManifestEntry file = files.get(BaseLayer.canonicalPath(line.substring(1)));
            if (line.startsWith("/") && file != null && file.type() == EntryType.FILE) {
                conffiles.add(new Conffile(line, md5(file.object())));
            }
        }
        List<String> triggers = UnpackedPackage.lines(member(files, prefix + "triggers"));
        return new UnpackedPackage(member.id(), control, conffiles, triggers, scripts);
    }

    private String member(Map<String, ManifestEntry> files, String path) throws IOException {
        ManifestEntry entry = files.get(path);
        if (entry == null || entry.type() != EntryType.FILE) {
            return "";
        }
        return new String(Files.readAllBytes(store.path(entry.object())), StandardCharsets.UTF_8);
    }

    /** dpkg records conffiles by MD5 and knows nothing else. */
    private String md5(Digest object) throws IOException {
        MessageDigest md5;
        try {
            md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5", e);
        }
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(store.path(object))) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                md5.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(md5.digest());
    }
}

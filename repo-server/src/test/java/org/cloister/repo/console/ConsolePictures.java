package org.cloister.repo.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;

/** {@code bin/pictures}: the console's pictures in the documentation. */
@NullMarked
public final class ConsolePictures {
    private final ConsoleServer server;
    private final Browser browser;
    private final Path directory;

    private ConsolePictures(ConsoleServer server, Browser browser, Path directory) {
        this.server = server;
        this.browser = browser;
        this.directory = directory;
    }

    /** @param arguments the directory */
    public static void main(String[] arguments) throws Exception {
        ConsoleServer server = ConsoleServer.shared(SampleFleet::writeFriendly);
        Browser browser = Browser.shared();
        browser.width(1200, 760);
        browser.signIn(server, server.token("administrator"));
        new ConsolePictures(server, browser, Path.of(arguments[0])).make();
        Browser.end();
        ConsoleServer.end();
        System.exit(0);
    }

    private void make() throws IOException {
        browser.dark(false);
        browser.open(server.url("/console/"));
        keep("fleet-light");
        browser.open(server.url("/console/events"));
        keep("events-light");
        browser.dark(true);
        browser.open(server.url("/console/hosts/" + SampleFleet.WEB + "?change=12"));
        keep("host-dark");
        browser.open(server.url("/console/packages/nginx"));
        keep("package-dark");
    }

    private void keep(String name) throws IOException {
        Files.createDirectories(directory);
        Path picture = directory.resolve(name + ".png");
        Files.write(picture, browser.picture());
        System.out.println(picture);
    }
}

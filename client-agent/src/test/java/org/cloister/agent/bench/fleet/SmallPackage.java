package org.cloister.agent.bench.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A package with one file, made by dpkg-deb(1). */
final class SmallPackage {
    private SmallPackage() {}

    /** @param size bytes of its file, which no compression makes smaller; the same for the same name */
    static byte[] of(Path temp, String name, int size) throws IOException, InterruptedException {
        Path tree = Files.createDirectories(temp.resolve(name));
        Files.writeString(
                Files.createDirectories(tree.resolve("DEBIAN")).resolve("control"),
                "Package: " + name + "\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\n"
                        + "Description: made for a measurement\n");
        byte[] content = new byte[size];
        new Random(name.hashCode()).nextBytes(content);
        Files.write(Files.createDirectories(tree.resolve("usr/share")).resolve(name), content);
        Path file = temp.resolve(name + ".deb");
        Process build = new ProcessBuilder(
                        "dpkg-deb", "--root-owner-group", "-Zgzip", "--build", tree.toString(), file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (build.waitFor() != 0) {
            throw new IOException("dpkg-deb made no package: " + said);
        }
        return Files.readAllBytes(file);
    }
}

package org.cloister.fuse;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of classes that the virtual machine leaves when the first daemon of a build ends (java(1), {@code -XX:ArchiveClassesAtExit};
 * {@code bin/fuse-agent}). It has what was loaded by then, so that what requests need must be, even if nobody asked that daemon anything.
 */
final class ClassArchive {
    private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);

    /** A property of the virtual machine: it leaves an archive. */
    static final String IS_MADE = "org.cloister.fuse.archive";

    private static final String SUFFIX = ".class";

    private ClassArchive() {}

    /** Loads and links every class of this program's jar: others aren't archived. What can't be is left out. */
    static void complete() {
        try (JarFile jar = new JarFile(new File(ClassArchive.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()))) {
            List<String> names = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(SUFFIX))
                    .toList();
            LOG.debug(
                    "{} methods in the archive of classes",
                    names.stream().mapToInt(ClassArchive::link).sum());
        } catch (IOException | URISyntaxException e) {
            LOG.debug("the archive of classes has only what was used", e);
        }
    }

    /** How many methods it has: asking for them links it. */
    private static int link(String file) {
        String name = file.substring(0, file.length() - SUFFIX.length()).replace('/', '.');
        try {
            return Class.forName(name, false, ClassArchive.class.getClassLoader())
                    .getDeclaredMethods()
                    .length;
        } catch (ClassNotFoundException | LinkageError e) {
            LOG.debug("{} isn't in the archive of classes", name, e);
            return 0;
        }
    }
}

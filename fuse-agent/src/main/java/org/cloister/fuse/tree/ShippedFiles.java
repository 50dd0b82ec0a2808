package org.cloister.fuse.tree;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.Digest;

/** The files of a root's layers, whatever was written over them. */
public final class ShippedFiles {
    private ShippedFiles() {}

    /** One name of a file; path of bytes (Latin-1). */
    public record File(String path, Digest object, long size) {}

    /** In the order of paths; hard links under each of their names. */
    public static List<File> of(LowerTree tree) {
        List<File> files = new ArrayList<>();
        collect("", tree.top(), files);
        return files;
    }

    private static void collect(String path, LowerNode directory, List<File> files) {
        Children children = directory.children();
        for (int i = 0; i < children.size(); i++) {
            LowerNode child = children.node(i);
            String below = path.isEmpty() ? children.name(i) : path + "/" + children.name(i);
            Digest object = child.object();
            if (child.isDirectory()) {
                collect(below, child, files);
            } else if (object != null) {
                files.add(new File(below, object, child.size()));
            }
        }
    }
}

package org.cloister.events.layer;

import org.cloister.events.Digest;
import org.cloister.events.RootName;

/** Where a host's state directory holds what, as relative paths ({@code docs/protocol.md}, "Store of a host"). */
public final class StoreLayout {
    public static final String OBJECTS = "store/objects";
    public static final String LAYERS = "store/layers";
    public static final String WRITABLE = "writable";
    public static final String GENERATIONS = "generations";
    public static final String CURRENT = "current";
    /** Below a generation's directory. */
    public static final String GENERATION_FILE = "generation";

    /** {@link DeviceLayers} of the roots that are mounted. */
    public static final String DEVICE_LAYERS = "device-layers";

    public static final String AGENT_SOCKET = "agent.sock";
    public static final String FUSE_SOCKET = "fuse.sock";
    public static final String FUSE_PID = "fuse.pid";
    /** Room that fuse-agent keeps for its tables on a full disk. */
    public static final String FUSE_RESERVE = "fuse.reserve";

    private StoreLayout() {}

    public static String object(Digest digest) {
        return OBJECTS + '/' + fanOut(digest);
    }

    public static String layer(LayerId layer) {
        return LAYERS + '/' + fanOut(layer.digest());
    }

    public static String writable(RootName root) {
        return WRITABLE + '/' + root;
    }

    /** Two digits of directory, so that no directory grows to millions of entries. */
    public static String fanOut(Digest digest) {
        return digest.hex().substring(0, 2) + '/' + digest.hex();
    }
}

package org.cloister.fuse.union;

import java.io.IOException;
import org.cloister.events.layer.DeviceLayers;

/** Where it is said which device layer stands on which root. Asked at each switch. */
public interface DeviceSource {
    /** What counts now. Throws when it can't be understood. */
    DeviceLayers read() throws IOException;
}

package org.cloister.fuse.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.cloister.events.layer.DeviceLayers;
import org.cloister.events.layer.StoreLayout;
import org.cloister.fuse.union.DeviceSource;

/** {@link DeviceSource} in the file that the agent replaces as a whole. Without it no root has a device layer. */
public final class DeviceFile implements DeviceSource {
    /** Room for a line of each of 10,000 roots. */
    private static final long MAX_BYTES = 4 << 20;

    private final Path file;

    public DeviceFile(Path state) {
        this.file = state.resolve(StoreLayout.DEVICE_LAYERS);
    }

    @Override
    public DeviceLayers read() throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " is longer than " + MAX_BYTES + " bytes; the agent writes another");
            }
            return DeviceLayers.parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            return DeviceLayers.NONE;
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " can't be understood, the agent writes another: " + e.getMessage(), e);
        }
    }
}

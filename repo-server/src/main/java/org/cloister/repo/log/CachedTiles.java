package org.cloister.repo.log;

import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps whole tiles, which never change. Thread-safe. */
final class CachedTiles implements Tiles {
    /** 8 KiB of hashes each. */
    private static final int MAX_TILES = 1_024;

    private final Tiles tiles;
    private final LongSupplier size;
    private final Recent<Place, List<byte[]>> whole = new Recent<>(MAX_TILES);

    private record Place(int level, long index) {}

    /** @param size of the log: tiles beyond it are not whole yet */
    CachedTiles(Tiles tiles, LongSupplier size) {
        this.tiles = tiles;
        this.size = size;
    }

    @Override
    public List<byte[]> hashes(int level, long first, int count) {
        Place place = new Place(level, first / WIDTH);
        long onLevel = size.getAsLong() >> level * MerkleFrontier.TILE_HEIGHT;
        if ((place.index() + 1) * WIDTH > onLevel) {
            return tiles.hashes(level, first, count);
        }
        List<byte[]> tile = cached(place);
        if (tile == null) {
            tile = tiles.hashes(level, place.index() * WIDTH, WIDTH);
            keep(place, tile);
        }
        int offset = (int) (first % WIDTH);
        return tile.subList(offset, offset + count);
    }

    private synchronized @Nullable List<byte[]> cached(Place place) {
        return whole.get(place);
    }

    private synchronized void keep(Place place, List<byte[]> tile) {
        whole.put(place, tile);
    }
}

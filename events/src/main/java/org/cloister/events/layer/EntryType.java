package org.cloister.events.layer;

/** What a manifest entry is; the letter is its form in the canonical text. */
public enum EntryType {
    DIRECTORY('d'),
    FILE('f'),
    SYMLINK('l'),
    /** Another name of an inode whose first name is in the same layer. */
    HARD_LINK('h'),
    CHARACTER_DEVICE('c'),
    BLOCK_DEVICE('b'),
    FIFO('p'),
    /** The name is gone, whatever the layers below hold. */
    WHITEOUT('w'),
    /** A directory that hides what the layers below hold there. */
    OPAQUE_DIRECTORY('o');

    private final char letter;

    EntryType(char letter) {
        this.letter = letter;
    }

    public char letter() {
        return letter;
    }

    /** @throws IllegalArgumentException if no type has this letter */
    static EntryType of(String text) {
        for (EntryType type : values()) {
            if (text.length() == 1 && text.charAt(0) == type.letter) {
                return type;
            }
        }
        throw new IllegalArgumentException("unknown entry type " + text);
    }

    public boolean isDirectory() {
        return this == DIRECTORY || this == OPAQUE_DIRECTORY;
    }
}

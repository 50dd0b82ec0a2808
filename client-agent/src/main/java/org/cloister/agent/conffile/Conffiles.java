package org.cloister.agent.conffile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cloister.agent.control.Change;
import org.cloister.agent.control.Conffile;
import org.cloister.agent.control.Conffile.Comparison;
import org.cloister.agent.control.Conffile.Merge;
import org.cloister.agent.control.Conffile.Settled;
import org.cloister.agent.control.Conffile.Settlement;
import org.cloister.agent.control.Conffile.State;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.mount.UnionControl;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.RootName;

/**
 * The configuration files that people edited. The union keeps an edited file whatever a new generation ships; here stands what each
 * edit began from, so that both changes can be shown and merged. Nothing is written into a root but by {@link #settle}.
 * Thread-safe: each call reads what is there.
 */
public final class Conffiles {
    /** Larger ones are kept like all others, but not compared; the largest conffiles of Debian have some 100 kB. */
    private static final int MAX_BYTES = 1 << 20;

    private final ObjectStore store;
    private final UnionControl union;
    private final AgentDatabase database;
    private final Path mount;
    private final TextMerge texts;

    /** @param scratch a directory that nobody else can read */
    public Conffiles(ObjectStore store, UnionControl union, AgentDatabase database, Path mount, Path scratch) {
        this.store = store;
        this.union = union;
        this.database = database;
        this.mount = mount;
        this.texts = new TextMerge(scratch);
    }

    /**
     * Remembers, before {@code next} takes the place of {@code now}, what the edited files of the roots that change were edited
     * from. Repeating it changes nothing: what was remembered first stays until it is settled.
     */
    public void leave(HostImage now, HostImage next) throws IOException {
        for (LinkedRoot before : now.roots().values()) {
            RootName root = before.target().root();
            LinkedRoot after = next.roots().get(root);
            if (after == null || !after.generationRoot().equals(before.generationRoot())) {
                leave(root, before, after);
            }
        }
    }

    private void leave(RootName root, LinkedRoot before, @org.jspecify.annotations.Nullable LinkedRoot after)
            throws IOException {
        List<Change> changes = union.diff(root);
        Map<String, String> bases = database.conffileBases(root);
        for (String path : bases.keySet()) {
            if (changes.stream().noneMatch(change -> change.path().equals(path))) {
                database.forgetConffileBases(root, path);
            }
        }
        if (changes.isEmpty()) {
            return;
        }
        ShippedFiles shipped = shipped(before);
        Optional<ShippedFiles> then = after == null ? Optional.empty() : Optional.of(shipped(after));
        for (Change change : changes) {
            String path = change.path();
            boolean config = shipped.isConfiguration(path)
                    || then.map(files -> files.isConfiguration(path)).orElse(false);
            if (config && !bases.containsKey(path)) {
                Optional<Digest> base = shipped.content(path);
                Optional<Digest> newer = then.flatMap(files -> files.content(path));
                if (!base.equals(newer)) {
                    database.rememberConffileBase(root, path, text(base));
                }
            }
        }
    }

    private ShippedFiles shipped(LinkedRoot root) throws IOException {
        return new ShippedFiles(store, root.generationRoot().layers());
    }

    private static String text(Optional<Digest> base) {
        return base.map(Digest::toString).orElse("");
    }

    /** What is edited in a root of the present generation, sorted by path. */
    public List<Conffile> list(LinkedRoot root) throws IOException, InterruptedException {
        List<Conffile> files = new ArrayList<>();
        for (Edited edited : edited(root)) {
            Conffile file = judged(edited).file();
            files.add(file);
        }
        return files;
    }

    /** @throws IOException if {@code path} isn't one that {@link #list} names */
    public Comparison compare(LinkedRoot root, String path) throws IOException, InterruptedException {
        Edited edited = find(root, path);
        Judged judged = judged(edited);
        byte[] base = content(edited.base());
        byte[] shipped = content(edited.shipped());
        byte[] from = edited.base().isPresent() ? base : shipped;
        byte[] yours = edited.yours().orElse(from);
        String before = path + " (as it was shipped)";
        String mine = path + " (yours)";
        return new Comparison(
                judged.file(),
                edited.yours().isEmpty() ? "" : texts.difference(before, from, mine, yours),
                texts.difference(before, from, path + " (as it is shipped now)", shipped),
                judged.merged().isEmpty()
                        ? ""
                        : texts.difference(
                                mine, yours, path + " (merged)", judged.merged().get()));
    }

    /** @param paths none means all that are {@link State#NEWER} */
    public List<Settled> settle(LinkedRoot root, List<String> paths, Settlement how)
            throws IOException, InterruptedException {
        List<Edited> chosen = new ArrayList<>();
        if (paths.isEmpty()) {
            for (Edited edited : edited(root)) {
                if (judged(edited).file().state() == State.NEWER) {
                    chosen.add(edited);
                }
            }
        }
        for (String path : paths) {
            chosen.add(find(root, path));
        }
        List<Settled> settled = new ArrayList<>();
        for (Edited edited : chosen) {
            settled.add(new Settled(edited.path(), settle(root.target().root(), edited, how)));
        }
        return settled;
    }

    /** @return why not, or nothing */
    private String settle(RootName root, Edited edited, Settlement how) throws IOException, InterruptedException {
        switch (how) {
            case KEEP -> database.rememberConffileBase(root, edited.path(), text(edited.shipped()));
            case TAKE_NEW -> {
                union.reset(root, List.of(edited.path()));
                database.forgetConffileBases(root, edited.path());
            }
            case MERGE -> {
                Judged judged = judged(edited);
                if (judged.file().state() != State.NEWER) {
                    return "there is nothing to merge";
                }
                if (judged.file().merge() != Merge.CLEAN || judged.merged().isEmpty()) {
                    return judged.file().merge() == Merge.CONFLICT
                            ? "both changed the same lines"
                            : "it can't be merged: no text, too large, or what it was edited from isn't known";
                }
                // The file first: a crash between the two finds a file that has both changes, and nothing left to
                // merge.
                new RootFile(mount.resolve(root.text()), edited.path())
                        .replace(judged.merged().get());
                database.rememberConffileBase(root, edited.path(), text(edited.shipped()));
            }
        }
        return "";
    }

    /** What was written below {@code paths} is discarded: nothing is left that was edited from anything. */
    public void forget(RootName root, List<String> paths) throws IOException {
        if (paths.isEmpty()) {
            database.forgetConffileBases(root, "");
        }
        for (String path : paths) {
            database.forgetConffileBases(root, path);
        }
    }

    /**
     * @param yours what stands there, empty where it was deleted, is no regular file or is too large
     * @param base what it was edited from
     */
    private record Edited(
            RootName root,
            String path,
            boolean deleted,
            Optional<byte[]> yours,
            Optional<Digest> base,
            Optional<Digest> shipped) {}

    /** @param merged the text that a merge makes; empty where there is none */
    private record Judged(Conffile file, Optional<byte[]> merged) {}

    private Edited find(LinkedRoot root, String path) throws IOException {
        return edited(root).stream()
                .filter(edited -> edited.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new IOException("/" + path + " is no configuration file of "
                        + root.target().root() + " that was edited"));
    }

    private List<Edited> edited(LinkedRoot linked) throws IOException {
        RootName root = linked.target().root();
        List<Change> changes = union.diff(root);
        List<Edited> edited = new ArrayList<>();
        if (changes.isEmpty()) {
            return edited;
        }
        ShippedFiles shipped = shipped(linked);
        Map<String, String> bases = new HashMap<>(database.conffileBases(root));
        for (Change change : changes) {
            String path = change.path();
            if (!bases.containsKey(path) && !shipped.isConfiguration(path)) {
                continue;
            }
            Optional<Digest> now = shipped.content(path);
            String remembered = bases.get(path);
            Optional<Digest> base = remembered == null
                    ? now
                    : remembered.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(remembered));
            boolean deleted = change.kind() == Change.Kind.DELETED;
            if (now.isEmpty() && (base.isEmpty() || deleted)) {
                continue;
            }
            Optional<byte[]> yours = deleted || !change.type().equals("f")
                    ? Optional.empty()
                    : new RootFile(mount.resolve(root.text()), path).read(MAX_BYTES);
            boolean same =
                    yours.isPresent() && Optional.of(Digest.of(yours.get())).equals(now);
            if (!same) {
                edited.add(new Edited(root, path, deleted, yours, base, now));
            }
        }
        return edited;
    }

    private Judged judged(Edited edited) throws IOException, InterruptedException {
        if (edited.deleted()) {
            return new Judged(file(edited, State.DELETED, Merge.NONE), Optional.empty());
        }
        if (edited.shipped().isEmpty()) {
            return new Judged(file(edited, State.OBSOLETE, Merge.NONE), Optional.empty());
        }
        if (edited.base().equals(edited.shipped())) {
            return new Judged(file(edited, State.EDITED, Merge.NONE), Optional.empty());
        }
        boolean comparable = edited.yours().isPresent()
                && edited.base().isPresent()
                && isSmall(edited.base().get())
                && isSmall(edited.shipped().get());
        if (!comparable) {
            return new Judged(file(edited, State.NEWER, Merge.IMPOSSIBLE), Optional.empty());
        }
        byte[] yours = edited.yours().orElseThrow();
        TextMerge.Merged merged = texts.merge(yours, content(edited.base()), content(edited.shipped()));
        if (merged.outcome() == Merge.CLEAN && Arrays.equals(merged.text(), yours)) {
            return new Judged(file(edited, State.EDITED, Merge.NONE), Optional.empty());
        }
        return new Judged(
                file(edited, State.NEWER, merged.outcome()),
                merged.outcome() == Merge.IMPOSSIBLE ? Optional.empty() : Optional.of(merged.text()));
    }

    private static Conffile file(Edited edited, State state, Merge merge) {
        return new Conffile(edited.root(), edited.path(), state, merge);
    }

    private boolean isSmall(Digest object) throws IOException {
        return store.hasObject(object) && Files.size(store.path(object)) <= MAX_BYTES;
    }

    private byte[] content(Optional<Digest> object) throws IOException {
        return object.isPresent() && isSmall(object.get()) ? Files.readAllBytes(store.path(object.get())) : new byte[0];
    }
}

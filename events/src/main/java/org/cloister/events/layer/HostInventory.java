package org.cloister.events.layer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.Difference;
import org.cloister.events.RootName;

/**
 * What is on a host's disk ({@code docs/protocol.md}, "Inventory of a host"): the roots as its generation file has them, and what is
 * not as that says. Equal inventories have equal digests; of one without findings, whoever knows what the host reported can make the
 * digest.
 *
 * @param roots by name
 * @param findings by path, at most {@link #MAX_FINDINGS}
 * @param more how many findings there are beyond these
 */
public record HostInventory(List<Generation.Root> roots, List<Difference> findings, long more) {
    /** More than this is a lost disk, and the first ones tell it. */
    public static final int MAX_FINDINGS = 1_000;

    private static final String HEADER = "cloister-inventory 1";
    private static final String FINDING = "finding ";
    private static final String MORE = "more ";
    private static final Comparator<Difference> BY_PATH =
            Comparator.comparing(Difference::path).thenComparing(Difference::found);

    /** Sorts. @throws IllegalArgumentException if there are too many findings, or fewer than that and still more */
    public HostInventory {
        roots = roots.stream()
                .sorted(Comparator.comparing(Generation.Root::name))
                .toList();
        findings = findings.stream().sorted(BY_PATH).toList();
        if (findings.size() > MAX_FINDINGS || more < 0 || (more > 0 && findings.size() < MAX_FINDINGS)) {
            throw new IllegalArgumentException("an inventory has at most " + MAX_FINDINGS + " findings");
        }
    }

    /** All is as the roots say. */
    public static HostInventory whole(List<Generation.Root> roots) {
        return new HostInventory(roots, List.of(), 0);
    }

    public Digest digest() {
        return Digest.ofText(text());
    }

    public String text() {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        for (Difference finding : findings) {
            text.append(FINDING);
            Escape.append(text, finding.path(), '%');
            text.append(' ');
            Escape.append(text, finding.found(), '%');
            text.append('\n');
        }
        if (more > 0) {
            text.append(MORE).append(more).append('\n');
        }
        return text.append(Generation.lines(roots)).toString();
    }

    /** @throws IllegalArgumentException if {@code text} isn't an inventory of version 1 in its one form */
    public static HostInventory parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
            throw new IllegalArgumentException("not an inventory of version 1");
        }
        List<Difference> findings = new ArrayList<>();
        int i = 1;
        for (; i < lines.size() && lines.get(i).startsWith(FINDING); i++) {
            String[] fields = lines.get(i).substring(FINDING.length()).split(" ", -1);
            if (fields.length != 2) {
                throw new IllegalArgumentException("a finding has a path and words: " + lines.get(i));
            }
            findings.add(new Difference(Escape.undo(fields[0]), Escape.undo(fields[1])));
        }
        long more = 0;
        if (i < lines.size() && lines.get(i).startsWith(MORE)) {
            more = Long.parseLong(lines.get(i).substring(MORE.length()));
            i++;
        }
        HostInventory inventory = new HostInventory(Generation.roots(lines.subList(i, lines.size())), findings, more);
        if (!inventory.text().equals(text)) {
            throw new IllegalArgumentException("not in the form in which an inventory is signed");
        }
        return inventory;
    }

    /** What differs from {@code expected}, whose stored content is whole. Empty exactly where the digests are equal. */
    public List<Difference> differences(List<Generation.Root> expected) {
        SortedMap<RootName, Generation.Root> missing = new TreeMap<>();
        expected.forEach(root -> missing.put(root.name(), root));
        List<Difference> differences = new ArrayList<>(findings);
        for (Generation.Root root : roots) {
            Generation.Root reported = missing.remove(root.name());
            if (reported == null) {
                differences.add(new Difference(root.name().text(), "is there, and no event says so"));
            } else if (!reported.layers().equals(root.layers())) {
                differences.add(new Difference(root.name().text(), "is made of other layers than were reported"));
            }
        }
        missing.keySet().forEach(name -> differences.add(new Difference(name.text(), "is not there")));
        differences.sort(BY_PATH);
        return differences;
    }
}

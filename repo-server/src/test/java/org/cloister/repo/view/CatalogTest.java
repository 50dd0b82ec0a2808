package org.cloister.repo.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.LayerId;
import org.junit.jupiter.api.Test;

class CatalogTest {
    private final Catalog catalog = new Catalog();
    private long position;

    private static PackagePublished published(String name, String version, String fields) {
        Digest artifact = Digest.ofText(name + version);
        String control = "Package: " + name + "\nVersion: " + version + "\n" + fields;
        return new PackagePublished(
                PackageId.of(name, version, "amd64"), artifact, 1, new LayerId(artifact), control, null);
    }

    private void apply(PackageEvent event) {
        position++;
        catalog.apply(
                new RecordedEvent(
                        new Position(position),
                        StreamId.ofPackage(event.match(PackageEventName.NAME).text()),
                        position,
                        event.getClass().getSimpleName(),
                        1,
                        Instant.EPOCH,
                        new Principal("alice"),
                        new CorrelationId("c"),
                        "{}"),
                event);
    }

    private List<String> search(String text, String after, int limit) {
        return catalog.search(text, after.isEmpty() ? null : new PackageName(after), limit).stream()
                .map(entry -> entry.name().text())
                .toList();
    }

    @Test
    void packagesAreFoundByNameAndBySynopsisWithoutRegardToCase() {
        apply(published("jq", "1.6", "Description: lightweight JSON processor\n long text about yaml\n"));
        apply(published("yq", "3", "description:  a Wrapper of jq\n"));
        apply(published("hello", "2", ""));

        assertThat(search("json", "", 10)).containsExactly("jq");
        assertThat(search("JQ", "", 10)).containsExactly("jq", "yq");
        assertThat(search("yaml", "", 10)).isEmpty();
        assertThat(search("", "", 10)).containsExactly("hello", "jq", "yq");
    }

    @Test
    void pagesGoOnAfterTheLastName() {
        for (String name : List.of("d", "b", "a", "c")) {
            apply(published(name, "1", ""));
        }

        assertThat(search("", "", 2)).containsExactly("a", "b");
        assertThat(search("", "b", 2)).containsExactly("c", "d");
        assertThat(search("", "d", 2)).isEmpty();
    }

    @Test
    void versionsAreInDebiansOrderNewestFirstAndTheSynopsisIsThatOfTheNewest() {
        apply(published("jq", "1.10", "Description: newest\n"));
        apply(published("jq", "1.9", "Description: older\n"));
        apply(published("jq", "1.10~rc1", "Description: candidate\n"));

        CatalogEntry jq = catalog.find(new PackageName("jq"));

        assertThat(jq).isNotNull();
        assertThat(jq.versions())
                .extracting(version -> version.event().id().version().text())
                .containsExactly("1.10", "1.10~rc1", "1.9");
        assertThat(jq.synopsis()).isEqualTo("newest");
    }

    @Test
    void whoListensIsToldOfWhatCanBeChosenAndWhatCanNot() {
        List<String> told = new ArrayList<>();
        catalog.listen(new Catalog.PublicationListener() {
            @Override
            public void available(PackagePublished version) {
                told.add("+" + version.id().version());
            }

            @Override
            public void withdrawn(PackagePublished version) {
                told.add("-" + version.id().version());
            }
        });
        PackageId one = PackageId.of("jq", "1", "amd64");

        apply(published("jq", "1", ""));
        apply(new PackageYanked(one, "CVE"));
        apply(new PackageYanked(one, "CVE again"));
        apply(new PackageRestored(one, "fine"));
        apply(new PackageRestored(one, "fine"));

        assertThat(told).containsExactly("+1", "-1", "+1");
    }
}

package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.decide.Given.accepted;
import static org.cloister.repo.decide.Given.refused;
import static org.cloister.repo.decide.Given.unchanged;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cloister.events.UserEvent;
import org.cloister.events.UserEvent.IdKind;
import org.cloister.events.UserEvent.SystemUserRegistered;
import org.junit.jupiter.api.Test;

class UserRegistryTest {
    private static SystemName user(String name) {
        return new SystemName(IdKind.USER, name);
    }

    private static SystemName group(String name) {
        return new SystemName(IdKind.GROUP, name);
    }

    private static UserRegistryState after(UserRegistryState state, List<UserEvent> events) {
        UserRegistryState result = state;
        for (UserEvent event : events) {
            result = result.evolve(event);
        }
        return result;
    }

    @Test
    void namesOfBasePasswdKeepTheirIdsWithoutAnEvent() {
        unchanged(UserRegistry.register(
                UserRegistryState.EMPTY, List.of(user("www-data"), group("www-data"), user("man"), group("man"))));
        assertThat(UserRegistryState.EMPTY.id(user("www-data"))).isEqualTo(33);
        assertThat(UserRegistryState.EMPTY.id(user("man"))).isEqualTo(6);
        assertThat(UserRegistryState.EMPTY.id(group("man"))).isEqualTo(12);
        assertThat(UserRegistryState.EMPTY.id(group("nogroup"))).isEqualTo(65534);
    }

    @Test
    void newNamesGetTheNextFreeIdOfTheSystemRangeAndNotThatOfTheGroupUsers() {
        assertThat(accepted(UserRegistry.register(UserRegistryState.EMPTY, List.of(user("redis"), user("postgres")))))
                .containsExactly(
                        new SystemUserRegistered(IdKind.USER, "redis", 101),
                        new SystemUserRegistered(IdKind.USER, "postgres", 102));
    }

    @Test
    void aUserAndItsGroupShareOneId() {
        assertThat(accepted(UserRegistry.register(
                        UserRegistryState.EMPTY, List.of(user("redis"), user("x"), group("redis")))))
                .extracting(event -> ((SystemUserRegistered) event).id())
                .containsExactly(101, 102, 101);
    }

    @Test
    void aNameThatDebianGaveToUsersOnlyGetsAGroupIdOfItsOwn() {
        assertThat(accepted(UserRegistry.register(UserRegistryState.EMPTY, List.of(group("_apt")))))
                .containsExactly(new SystemUserRegistered(IdKind.GROUP, "_apt", 101));
    }

    @Test
    void whatIsNoNameIsRefusedAndNothingIsRegistered() {
        for (String bad : List.of("", "0day", "a b", "a:b", "-x", "root\n", "x".repeat(33))) {
            assertThat(refused(UserRegistry.register(UserRegistryState.EMPTY, List.of(user("good"), user(bad)))))
                    .isEqualTo(Rule.USER_NAME_INVALID);
        }
        accepted(UserRegistry.register(UserRegistryState.EMPTY, List.of(user("Debian-exim"), user("_chrony"))));
    }

    @Test
    void whenAllIdsAreGivenOutTheNextIsRefused() {
        List<SystemName> names = new ArrayList<>();
        for (int i = 0; i < 899; i++) {
            names.add(user("user" + i));
        }
        UserRegistryState full =
                after(UserRegistryState.EMPTY, accepted(UserRegistry.register(UserRegistryState.EMPTY, names)));

        assertThat(full.taken()).contains(101, 999).doesNotContain(100);
        assertThat(refused(UserRegistry.register(full, List.of(user("onemore")))))
                .isEqualTo(Rule.IDS_EXHAUSTED);
        accepted(UserRegistry.register(full, List.of(group("user5"))));
    }

    @Test
    void whateverIsRegisteredInWhateverOrderNoTwoNamesShareAnId() {
        Random random = new Random(20260102);
        UserRegistryState state = UserRegistryState.EMPTY;
        for (int i = 0; i < 300; i++) {
            List<SystemName> names = new ArrayList<>();
            for (int n = random.nextInt(4); n >= 0; n--) {
                names.add(new SystemName(random.nextBoolean() ? IdKind.USER : IdKind.GROUP, "n" + random.nextInt(400)));
            }
            Decision<UserEvent> decision = UserRegistry.register(state, names);
            if (decision instanceof Decision.Accepted<UserEvent> accepted) {
                state = after(state, accepted.events());
            }
            unchanged(UserRegistry.register(state, names));
        }
        Map<Integer, String> owners = new HashMap<>();
        state.registered().forEach((name, id) -> {
            assertThat(owners.merge(id, name.name(), (one, other) -> one)).isEqualTo(name.name());
            assertThat(id).isBetween(101, 999);
        });
        assertThat(owners).hasSizeGreaterThan(200);
    }
}

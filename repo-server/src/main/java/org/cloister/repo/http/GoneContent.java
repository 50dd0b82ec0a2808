package org.cloister.repo.http;

import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.PoolEvent.ContentCollected;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.retention.RetentionState.Recorded;

/** The answer to who asks for what went. */
final class GoneContent {
    private GoneContent() {}

    static Refusal refusal(ContentKind kind, Digest digest, Recorded went) {
        ContentCollected event = went.event();
        return new Refusal(
                Rule.CONTENT_COLLECTED,
                "the " + kind.text() + " " + digest + " was collected at "
                        + went.at().at() + " (event "
                        + went.at().position() + ", asked for by " + went.at().by() + "): no state of the "
                        + event.days()
                        + " days before, no host with " + event.rollbacks()
                        + " contents to roll back to, and no hold needed it",
                "publish its package again; what a mirror lists is fetched when its distribution or an install asks for it");
    }
}

package org.cloister.repo.mirror;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How far a synchronization is; one line of the answer to {@code POST /v1/mirrors/{name}/sync} ({@code SyncLine} in
 * openapi.yaml).
 *
 * @param step {@code index}, {@code record}, {@code resolve}, {@code fetch} or {@code import}
 * @param bytes of {@code totalBytes} that arrived
 * @param rate bytes a second since the step began
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SyncProgress(
        String step,
        @Nullable String message,
        @Nullable Long bytes,
        @Nullable Long totalBytes,
        @Nullable Long rate,
        @Nullable Integer packages,
        @Nullable Integer totalPackages) {
    static SyncProgress message(String step, String message) {
        return new SyncProgress(step, message, null, null, null, null, null);
    }
}

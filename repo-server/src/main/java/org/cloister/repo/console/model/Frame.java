package org.cloister.repo.console.model;

import org.jspecify.annotations.Nullable;

/**
 * What every page has around its content.
 *
 * @param section that is marked in the navigation, or null
 * @param viewer null before somebody signed in
 * @param style where the style sheet is
 * @param script where the script is
 * @param made when the page was made
 */
public record Frame(
        String title,
        @Nullable Section section,
        @Nullable Viewer viewer,
        String style,
        String script,
        String icon,
        @Nullable Notice notice,
        When made) {}

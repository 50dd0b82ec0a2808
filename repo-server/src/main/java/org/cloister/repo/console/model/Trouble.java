package org.cloister.repo.console.model;

/**
 * Why there is no page.
 *
 * @param status of HTTP
 */
public record Trouble(int status, String title, String detail, String remedy) {}

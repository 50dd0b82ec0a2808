package org.cloister.repo.decide;

/**
 * Why a command was not carried out; nothing was recorded.
 *
 * @param detail what happened and why, naming the things concerned; a sentence without a full stop
 * @param remedy what its user can do now; a sentence without a full stop
 */
public record Refusal(Rule rule, String detail, String remedy) {}

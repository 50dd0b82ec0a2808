package org.cloister.repo.console.model;

/** The pages of the navigation. */
public enum Section {
    FLEET("Fleet", "/", "listHosts"),
    PACKAGES("Packages", "/packages", "listPackages"),
    EVENTS("Events", "/events", "readEvents"),
    DISTRIBUTIONS("Distributions", "/distributions", "listDistributions"),
    MIRRORS("Mirrors", "/mirrors", "listMirrors"),
    AUDIT("Audit", "/audit", "verifyLog"),
    TOKENS("Tokens", "/tokens", "listTokens");

    private final String label;
    private final String path;
    private final String operation;

    Section(String label, String path, String operation) {
        this.label = label;
        this.path = path;
        this.operation = operation;
    }

    public String label() {
        return label;
    }

    public String href() {
        return Links.ROOT + path;
    }

    /** The operation of {@code openapi.yaml} that tells the same: who may ask for it sees the page. */
    public String operation() {
        return operation;
    }
}

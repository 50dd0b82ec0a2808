package org.cloister.repo.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Every page in a real browser: opened, clicked, pictured (target/console-pictures), and nothing to complain of. */
@ExtendWith(SharedConsole.class)
class ConsolePagesIT {
    private static ConsoleServer server;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.shared();
        server = ConsoleServer.shared();
    }

    @BeforeEach
    void signIn() {
        browser.usualWidth();
        browser.signIn(server, server.repository.token());
        browser.complaints();
    }

    @AfterEach
    void noViolationOfThePolicyAndNothingHostileRan() {
        assertThat(browser.complaints())
                .filteredOn(complaint -> !complaint.contains("status of 40"))
                .isEmpty();
        assertThat(browser.run("return window.pwned")).isEqualTo("");
    }

    @Test
    void everyPageIsMadeOfTextAndFilesOfThisServerAlone() throws Exception {
        int number = 0;
        for (String page : ConsoleServer.pages()) {
            browser.open(server.url(page));
            assertThat(browser.text("h1")).as(page).isNotBlank();
            assertThat(browser.run("return window.pwned")).as(page).isEqualTo("");
            assertThat(browser.run(
                            "return document.querySelectorAll('[style],[onerror],[onclick],script:not([src])').length"))
                    .as(page)
                    .isEqualTo(0L);
            assertThat(browser.run(
                            "return [...document.querySelectorAll('input,select,button')].filter(field => field.type"
                                    + " !== 'hidden' && !field.labels.length && !field.getAttribute('aria-label') &&"
                                    + " !field.textContent.trim()).length"))
                    .as("fields without a name in %s", page)
                    .isEqualTo(0L);
            browser.picture(String.format("%02d", number++));
        }
    }

    @Test
    void pagesFitIntoNarrowScreens() throws Exception {
        browser.width(360, 740);
        for (String page : ConsoleServer.pages()) {
            browser.open(server.url(page));
            assertThat((Long) browser.run("return document.documentElement.scrollWidth"))
                    .as(page)
                    .isLessThanOrEqualTo(360);
        }
        browser.open(server.url("/console/hosts/" + SampleFleet.WEB));
        browser.picture("narrow");
    }

    @Test
    void theTimeLineIsDraggedToThePast() throws Exception {
        browser.open(server.url("/console/hosts/" + SampleFleet.WEB));
        assertThat(browser.text("#moment h2")).isEqualTo("Now");
        assertThat(browser.text("#moment")).contains("1.24.0-1");
        WebElement line = browser.find("#change");

        line.sendKeys(Keys.HOME);
        browser.awaitText("#moment .pages", "Change 1 of");
        assertThat(browser.text("#moment")).contains("enrolled web-1").contains("No roots");
        line.sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        browser.awaitText("#moment .pages", "Change 3 of");
        assertThat(browser.text("#moment h2")).startsWith("As of 20");
        assertThat(browser.text("#moment")).contains("1.22.1-9").doesNotContain("1.24.0-1");
        assertThat(browser.driver.getCurrentUrl()).endsWith("?change=3");
        assertThat(line.getAttribute("aria-valuetext")).contains("event");
        browser.picture("past");
        line.sendKeys(Keys.END);
        browser.awaitText("#moment h2", "Now");
        assertThat(browser.text("#moment")).contains("1.24.0-1").contains("hello-1");

        browser.find("#moment a[rel=prev]").click();
        browser.awaitText("#moment .pages", "Change before");
        assertThat(browser.text("#moment h2")).startsWith("As of");
    }

    @Test
    void newEventsAppearInTheExplorerAndTheFleetWithoutAReload() throws Exception {
        browser.open(server.url("/console/events"));
        browser.await("#live.on");
        server.repository.post("/v1/hosts/h-0000000000000005/removals", "{\"aliases\":[\"jq\"]}");
        browser.awaitText("#events tbody tr.fresh", "RemovalRequested");
        assertThat(browser.text("#events tbody tr.fresh")).contains("remove jq").contains("admin");

        browser.open(server.url("/console/?q=desk-5"));
        assertThat(browser.text("#fleet tbody")).contains("healthy");
        server.repository.post("/v1/hosts/h-0000000000000006/removals", "{\"aliases\":[\"jq\"]}");
        browser.awaitText("#fleet tbody", "working");
    }

    @Test
    void whatIsClickedIsDoneAndTold() {
        browser.open(server.url("/console/hosts/h-0000000000000002"));
        browser.find("button[value=rollback]").click();
        browser.awaitText("h1", "Nothing to roll back");
        browser.open(server.url("/console/hosts/h-0000000000000002"));
        browser.find("button[value=remove]").click();
        browser.awaitText(".notice.good", "Asked to remove jq");
        browser.awaitText("#moment", "removing");
    }

    @Test
    void tokensAreIssuedShownOnceAndRevoked() {
        browser.open(server.url("/console/tokens"));
        browser.find("#principal").sendKeys("carol");
        browser.find("input[value=auditor]").click();
        browser.find("form[action$=tokens] button").click();
        browser.awaitText("#issued", "clo_");
        String id = browser.text("#issued").split("_")[1];
        browser.open(server.url("/console/tokens"));
        assertThat(browser.all("#issued")).isEmpty();
        browser.find("button[aria-label$='" + id + "']").click();
        browser.awaitText(".notice.good", id + " opens nothing any more");
    }

    @Test
    void aPersonsTokenIsListedUnderAPseudonym() {
        browser.open(server.url("/console/tokens"));
        browser.find("#principal").sendKeys("Dora Example");
        browser.find("input[name=person]").click();
        browser.find("form[action$=tokens] button").click();
        browser.awaitText("#issued", "clo_");
        assertThat(browser.text("tbody")).contains("person/").doesNotContain("Dora");
    }

    @Test
    void theLogIsVerifiedAndEventsAreProven() throws Exception {
        browser.open(server.url("/console/audit"));
        browser.find("form[action$=verify] button").click();
        browser.awaitText("#verification .pill", "intact");
        browser.picture("verified");
        browser.open(server.url("/console/events/5"));
        browser.awaitText("section .pill", "included");
    }

    @Test
    void aDistributionIsComparedPromotedAndRolledBack() throws Exception {
        browser.open(server.url("/console/distributions/stable"));
        browser.awaitText("main", "held");
        browser.all("td a[href*=compare]").get(0).click();
        browser.awaitText("table", "nginx");
        browser.awaitText("table", "removed");
        browser.picture("compare");
        browser.open(server.url("/console/distributions/stable"));
        browser.find("td details summary").click();
        browser.find("td details input[name=reason]").sendKeys("too early");
        browser.find("td details button").click();
        browser.awaitText(".notice.good", "stable has what it had");
        browser.open(server.url("/console/distributions/testing"));
        browser.find("form[action$=promote] button").click();
        browser.awaitText(".notice.good", "stable has what testing had");
    }

    @Test
    void aTokenThatOpensNothingIsToldAndDoesNotSignIn() throws Exception {
        browser.driver.manage().deleteAllCookies();
        browser.open(server.url("/console/mirrors"));
        browser.awaitText("h1", "Sign in");
        browser.find("#token").sendKeys("clo_abcdefghijkl_0123456789ABCDEFGHIJKLMNOPQRST");
        browser.find(".login button").click();
        browser.awaitText(".trouble", "unknown, revoked, expired");
        browser.picture("sign-in");
        browser.find("#token").sendKeys(server.repository.token());
        browser.find(".login button").click();
        browser.awaitText("h1", "Mirrors");
    }

    @Test
    void theKeyboardIsEnough() {
        browser.open(server.url("/console/"));
        browser.find("body").sendKeys(Keys.TAB);
        assertThat(browser.driver.switchTo().activeElement().getText()).isEqualTo("Skip to the content");
        browser.find("body").sendKeys("/");
        WebElement search = browser.driver.switchTo().activeElement();
        assertThat(search.getAttribute("id")).isEqualTo("find");
        search.sendKeys("web-1" + Keys.ENTER);
        browser.awaitText("h1", "web-1");
        browser.find("#find").sendKeys("5" + Keys.ENTER);
        browser.awaitText("h1", "Event 5");
        browser.find("#find").sendKeys("nginx" + Keys.ENTER);
        browser.awaitText("h1", "nginx");
    }

    @Test
    void withoutScriptEverythingIsRead() throws Exception {
        browser.scripts(false);
        try {
            browser.open(server.url("/console/hosts/" + SampleFleet.WEB));
            browser.find("#change").sendKeys(Keys.HOME);
            browser.find(".drag button").click();
            browser.awaitText("#moment .pages", "Change 1 of");
            browser.open(server.url("/console/packages?q=sample"));
            browser.find("a[rel=next]").click();
            browser.awaitText("table", "lib-sample120");
            browser.open(server.url("/console/events?type=PackageYanked"));
            assertThat(browser.all("#events tbody tr")).hasSize(2);
        } finally {
            browser.scripts(true);
        }
    }
}

package org.cloister.repo.console;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.cloister.repo.RepoServices;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's Chromium without a window, one for all tests of a JVM; {@link SharedConsole} ends it. */
@NullMarked
final class Browser {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path PICTURES = Path.of("target", "console-pictures");
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static @Nullable Browser shared;

    final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    static synchronized Browser shared() throws IOException {
        assumeTrue(
                Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "skipped: no chromium and chromium-driver here (Debian's packages; bin/test installs them)");
        if (shared == null) {
            ChromeDriver driver = new ChromeDriver(
                    new ChromeDriverService.Builder()
                            .usingDriverExecutable(DRIVER.toFile())
                            .withSilent(true)
                            .build(),
                    options());
            shared = new Browser(driver);
        }
        return shared;
    }

    static synchronized void end() {
        if (shared != null) {
            shared.driver.quit();
            shared = null;
        }
    }

    private static ChromeOptions options() throws IOException {
        LoggingPreferences logged = new LoggingPreferences();
        logged.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--hide-scrollbars",
                "--window-size=1360,900",
                "--user-data-dir=" + RepoServices.directory("browser"));
        options.setCapability("goog:loggingPrefs", logged);
        return options;
    }

    void open(String url) {
        driver.get(url);
    }

    void signIn(ConsoleServer server, String token) {
        driver.manage().deleteAllCookies();
        open(server.url("/console/login"));
        find("#token").sendKeys(token);
        find(".login button").click();
        await(".who");
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    String text(String selector) {
        return find(selector).getText();
    }

    /** Until there is such an element. */
    void await(String selector) {
        Awaitility.await(selector).atMost(PATIENCE).until(() -> !all(selector).isEmpty());
    }

    /** Until the element's text has {@code text}; elements may come and be replaced meanwhile. */
    void awaitText(String selector, String text) {
        Awaitility.await(text + " in " + selector)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .until(() -> text(selector).contains(text));
    }

    /** What the browser had to complain of since the last call: violations of the policy, errors of scripts, what didn't load. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    void scripts(boolean on) {
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !on));
    }

    void dark(boolean dark) {
        Map<String, Object> feature = Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    }

    void width(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    void usualWidth() {
        width(1360, 900);
    }

    Object run(String script) {
        Object result = driver.executeScript(script);
        return result == null ? "" : result;
    }

    byte[] picture() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    void picture(String name) throws IOException {
        Files.createDirectories(PICTURES);
        Files.write(PICTURES.resolve(name + ".png"), picture());
    }
}

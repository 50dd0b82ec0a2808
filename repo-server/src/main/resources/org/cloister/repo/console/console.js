"use strict";
// What pages do beyond reading: every page works without it.

document.documentElement.classList.add("scripted");

// "/" goes to the search box, as in other consoles.
document.addEventListener("keydown", event => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        const find = document.getElementById("find");
        if (find) {
            event.preventDefault();
            find.focus();
            find.select();
        }
    }
});

// A page or part of one as the server renders it; null when the session has ended.
async function fetchPage(href, signal) {
    const answer = await fetch(href, {signal, credentials: "same-origin", redirect: "manual"});
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

function replaceChildrenOf(element, from) {
    if (from) {
        element.replaceChildren(...document.importNode(from, true).childNodes);
    }
}

// The time line: what is under the pointer is asked for, and only the last of what was asked for is shown.
const timeline = document.querySelector("[data-moment]");
if (timeline) {
    const range = timeline.querySelector("input[type=range]");
    const moment = document.getElementById("moment");
    let asking = null;
    let wanted = range.value;

    const show = async () => {
        if (asking) {
            return;
        }
        const index = wanted;
        asking = new AbortController();
        moment.setAttribute("aria-busy", "true");
        try {
            const page = await fetchPage(`${timeline.dataset.moment}?change=${encodeURIComponent(index)}`, asking.signal);
            if (page) {
                replaceChildrenOf(moment, page.body);
                const said = moment.querySelector("p");
                range.setAttribute("aria-valuetext", said ? said.textContent.trim().replace(/\s+/g, " ") : index);
            }
        } catch (gone) {
            // The next movement asks again.
        } finally {
            asking = null;
            moment.removeAttribute("aria-busy");
            if (wanted !== index) {
                show();
            }
        }
    };

    range.addEventListener("input", () => {
        wanted = range.value;
        show();
    });
    range.addEventListener("change", () => {
        const href = range.value === range.max ? timeline.dataset.host : `${timeline.dataset.host}?change=${range.value}`;
        history.replaceState(null, "", href);
    });
}

// New events come on top of the explorer's list, which stays as long as it was.
const MOST_ROWS = 200;
const explorer = document.querySelector("#events[data-live]");
if (explorer) {
    const said = document.getElementById("live");
    const stream = new EventSource(explorer.dataset.live);
    stream.addEventListener("open", () => {
        said.textContent = "live";
        said.classList.add("on");
    });
    stream.addEventListener("error", () => {
        said.textContent = "not live, trying again";
        said.classList.remove("on");
    });
    stream.addEventListener("entry", message => {
        const rows = explorer.querySelector("tbody");
        if (!rows) {
            location.reload();
            return;
        }
        const holder = document.createElement("template");
        holder.innerHTML = message.data;
        const row = holder.content.querySelector("tr");
        row.classList.add("fresh");
        rows.prepend(row);
        while (rows.children.length > MOST_ROWS) {
            rows.lastElementChild.remove();
        }
    });
    addEventListener("pagehide", () => stream.close());
}

// The fleet is shown anew when something happened to a host, at most once a second.
const fleet = document.querySelector("#fleet[data-live]");
if (fleet) {
    const stream = new EventSource(fleet.dataset.live);
    let due = false;
    stream.addEventListener("entry", () => {
        if (due) {
            return;
        }
        due = true;
        setTimeout(async () => {
            due = false;
            const typing = fleet.contains(document.activeElement) && document.activeElement.matches("input");
            const page = typing ? null : await fetchPage(fleet.dataset.refresh).catch(() => null);
            replaceChildrenOf(fleet, page && page.getElementById("fleet"));
        }, 1000);
    });
    addEventListener("pagehide", () => stream.close());
}

// A verification that runs is looked at until it ends.
const verification = document.querySelector("#verification[data-poll]");
if (verification) {
    const look = async () => {
        const page = await fetchPage(verification.dataset.poll).catch(() => null);
        const now = page && page.getElementById("verification");
        if (now && !now.dataset.poll) {
            location.reload();
            return;
        }
        replaceChildrenOf(verification, now);
        setTimeout(look, 1000);
    };
    setTimeout(look, 500);
}

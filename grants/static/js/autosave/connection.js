// Requests to the server, and the one banner that says when they do not get through.

const WAITS = [2000, 5000, 10_000, 20_000, 30_000];

export class Connection {
  constructor(form, address) {
    this.form = form;
    this.address = address;
    this.banner = document.querySelector("[data-connection]");
    this.lost = false;
    this.expired = false;
    this.stranger = false;
    this.failures = 0;
    this.timer = undefined;
    this.retry = () => {};
    addEventListener("online", () => this.wake());
    addEventListener("focus", () => this.wake());
    this.banner?.addEventListener("click", (event) => {
      if (event.target.closest("[data-retry]")) this.wake();
    });
  }

  // {status, content}, or null when nothing could be saved: a retry is then under way.
  async post(key, body, again = true) {
    if (this.stranger) return null;
    let response;
    try {
      response = await fetch(`${this.address}/${key}`, this.#options(body));
    } catch {
      return this.#failed("lost");
    }
    if (signedOut(response)) return this.#failed("expired");
    const content = await response.json().catch(() => null);
    if (response.status === 400 && again) {
      return (await this.#renewed()) ? this.post(key, body, false) : null;
    }
    if (!content || response.status === 429 || response.status >= 500) return this.#failed("lost");
    this.#well();
    return { status: response.status, content };
  }

  postLast(key, body) {
    fetch(`${this.address}/${key}`, { ...this.#options(body), keepalive: true }).catch(() => {});
  }

  #options(body) {
    return {
      method: "POST",
      body,
      credentials: "same-origin",
      redirect: "manual",
      headers: { Accept: "application/json", "X-CSRFToken": this.form.elements.csrf_token.value },
    };
  }

  // After a new sign-in the old token against forgery is void; another person must not go on.
  async #renewed() {
    const response = await fetch(this.address, {
      headers: { Accept: "application/json" },
      redirect: "manual",
    }).catch(() => null);
    if (!response) {
      this.#failed("lost");
      return false;
    }
    if (signedOut(response)) {
      this.#failed("expired");
      return false;
    }
    const state = response.ok ? await response.json().catch(() => null) : null;
    if (!state || String(state.author) !== this.form.dataset.author) {
      this.stranger = true;
      this.#failed("stranger");
      return false;
    }
    for (const input of document.querySelectorAll("input[name=csrf_token]")) {
      input.value = state.csrf_token;
    }
    return true;
  }

  // Try again now, when something was waiting.
  async wake() {
    if (!this.lost || this.stranger) return;
    clearTimeout(this.timer);
    if (this.expired && !(await this.#renewed())) return;
    this.retry();
  }

  #failed(reason) {
    this.lost = true;
    this.expired = reason === "expired";
    this.#say(reason);
    clearTimeout(this.timer);
    const wait = WAITS[Math.min(this.failures, WAITS.length - 1)];
    this.failures += 1;
    if (reason !== "stranger") this.timer = setTimeout(() => this.wake(), wait);
    return null;
  }

  #well() {
    clearTimeout(this.timer);
    if (this.lost) this.banner?.replaceChildren();
    this.lost = this.expired = false;
    this.failures = 0;
  }

  #say(reason) {
    if (!this.banner || this.banner.dataset.reason === reason && this.banner.childElementCount) return;
    this.banner.dataset.reason = reason;
    this.banner.replaceChildren(banner(reason, this.form.dataset.login));
  }
}

const signedOut = (response) => response.status === 401 || response.type === "opaqueredirect";

const TEXTS = {
  lost: ["La connexion est perdue", "Ce que vous écrivez reste dans cette page et dans ce navigateur ; nous réessayons sans cesse."],
  expired: ["Votre session a expiré", "Ce que vous écrivez reste dans cette page. Reconnectez-vous dans un autre onglet, puis revenez ici : tout sera enregistré."],
  stranger: ["Une autre personne est connectée", "Cette page n’est pas la sienne : rien ne sera enregistré sous son nom. Reconnectez-vous avec votre compte, puis rechargez la page."],
};

function banner(reason, login) {
  const [title, text] = TEXTS[reason];
  const box = document.createElement("div");
  box.className = `alert tone-${reason === "lost" ? "warning" : "danger"}`;
  box.setAttribute("role", "alert");
  const body = document.createElement("div");
  body.className = "alert-body";
  const heading = document.createElement("p");
  heading.className = "alert-title";
  heading.textContent = title;
  const sentence = document.createElement("p");
  sentence.textContent = text;
  const line = document.createElement("p");
  if (reason !== "lost") {
    const link = document.createElement("a");
    link.href = login;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Se connecter (nouvel onglet)";
    line.append(link, " ");
  }
  if (reason !== "stranger") {
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button small secondary";
    again.dataset.retry = "";
    again.textContent = "Réessayer";
    line.append(again);
  }
  body.append(heading, sentence, line);
  box.append(document.createElement("span"), body);
  return box;
}

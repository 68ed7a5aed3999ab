// Two tabs of one person on one dossier tell each other what they saved, so that neither fights
// the other; and which texts they still hold, so that none is offered back while it is being written.

export class Tabs {
  constructor(author, address) {
    this.onSaved = () => {};
    this.heldHere = () => [];
    this.heldElsewhere = new Set();
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(`grants:${author}:${address}`) : null;
    this.channel?.addEventListener("message", ({ data }) => this.#heard(data));
  }

  tell(message) {
    this.channel?.postMessage({ kind: "saved", ...message });
  }

  // The keys that other tabs are writing at this moment.
  async held() {
    if (!this.channel) return new Set();
    this.channel.postMessage({ kind: "who" });
    await new Promise((done) => setTimeout(done, 200));
    return this.heldElsewhere;
  }

  #heard(data) {
    if (data.kind === "saved") this.onSaved(data);
    if (data.kind === "held") for (const key of data.keys) this.heldElsewhere.add(key);
    if (data.kind === "who") this.channel.postMessage({ kind: "held", keys: this.heldHere() });
  }
}

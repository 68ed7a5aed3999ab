// What LibreOffice has come to, every two seconds. Without it, a link asks again.
const shown = document.getElementById("conversion");
const follow = async () => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.redirected || answer?.status === 404) return location.reload();
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const told = page.getElementById("conversion");
    if (told && told.textContent !== shown.textContent) shown.replaceChildren(...told.childNodes);
  }
  wait();
};
const wait = () => shown.querySelector("[data-goes-on]") && setTimeout(follow, 2000);
wait();

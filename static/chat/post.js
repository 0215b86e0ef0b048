// One message on its way to the server.
import { boot, plain } from "./dom.js";

const TIMEOUT_MS = 20000;

/** Post a message. Answers with `stored`, with why it is `refused`, with `words` if it has to wait, or `code`. */
export function post({ key, text, local, file }, progress, give) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ k: key, msg: text, lmtime: local, csrf: boot.csrf, me: boot.me })) form.set(name, value);
  if (file) form.set("file", file, file.name);
  const request = new XMLHttpRequest();
  give(() => request.abort());
  return new Promise((resolve) => {
    let part = 0;
    request.open("POST", `${boot.to}send`);
    request.timeout = file ? 0 : TIMEOUT_MS;
    request.upload.onprogress = ({ loaded, total }) => progress((part = loaded / total));
    request.onload = () => resolve(judge(request, file));
    request.onerror = request.ontimeout = () => resolve(file && part < 1 && part > 0 && navigator.onLine
      ? { refused: `Upload of ${file.name} stopped at ${Math.round(part * 100)} %.` }
      : { words: "Waiting for connection" });
    request.send(form);
  });
}

function judge(request, file) {
  const { status, responseText } = request;
  let answer = null;
  try { answer = JSON.parse(responseText); } catch { /* not from our server */ }
  const { code } = answer ?? {};
  if (status === 200 && answer?.msgid) return { stored: answer.msgid };
  if (code === "login") return { words: "Waiting for you to sign in", code };
  if (code === "csrf") return { words: "Waiting for connection", code };
  const seconds = Number(request.getResponseHeader("Retry-After")) || 10;
  if (status === 429) return { words: `Too many messages. Sending again in ${seconds} s.`, seconds };
  if (status >= 500) return { words: `The server had a problem (${status}). Trying again.` };
  if (status === 413 && !answer) {
    const what = file?.name ?? "the message";
    return { refused: `The server refused ${what} because of its size. A proxy may have a lower limit.` };
  }
  return { refused: answer ? plain(answer.xmsg ?? answer.error ?? "") : `The server said ${status}.` };
}

// Notes what goes over the seam between page and core, from where the page's own code cannot go around it: each request
// leaves by `fetch`, each reply and each event comes in by one of Tauri's callbacks.
const noted = (window.seam = []);
const { callbacks } = window.__TAURI_INTERNALS__;
const send = window.fetch;
window.fetch = (address, options) => {
  const command = decodeURIComponent(new URL(address).pathname.slice(1));
  const { body } = options;
  noted.push({ command, sent: typeof body === "string" ? body : new TextDecoder().decode(body) });
  return send(address, options);
};
callbacks.get = (id) => {
  const callback = Map.prototype.get.call(callbacks, id);
  return callback && ((received) => {
    noted.push({ received: JSON.stringify(received) ?? "" });
    return callback(received);
  });
};

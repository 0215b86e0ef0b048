// Puts the badge of a chat room in the place of this script.
(function (told) {
  "use strict";
  var here = document.currentScript;
  var link = document.createElement("a");
  link.className = "chaton-badge";
  link.href = told.url;
  link.title = "Chat in " + told.name;
  link.style.cssText = "display:inline-block;box-sizing:border-box;width:220px;max-width:100%;padding:6px 8px;border:1px solid #d5dae0;border-radius:6px;background:#fff;color:#1b1f24;font:11px/1.4 system-ui,sans-serif;text-decoration:none";
  var icon = document.createElement("img");
  icon.src = told.icon;
  icon.alt = "";
  icon.width = icon.height = 32;
  icon.style.cssText = "float:left;margin-right:8px;border:0";
  link.appendChild(icon);
  [["chaton-room-name", told.name], ["chaton-last-update", told.last + " · " + told.chatters]].forEach(function (line) {
    var span = document.createElement("span");
    span.className = line[0];
    span.style.display = "block";
    span.textContent = line[1];
    link.appendChild(span);
  });
  here.parentNode.insertBefore(link, here);
})({{ told | tojson }});

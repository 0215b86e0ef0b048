// The post that the address names is brought into view.
document.querySelector(".post[aria-current]")?.scrollIntoView({ block: "start" });

// The page on the way to the home screen: installs where the browser offers it; opened from the
// home screen by its own address, it goes on to the scanner with the code that it carries.

const code = location.pathname.split("/").at(-1);
const install = document.getElementById("install");

if (navigator.standalone || matchMedia("(display-mode: standalone)").matches) {
  location.replace(`/checkin/?start=${encodeURIComponent(code)}`);
}

addEventListener("beforeinstallprompt", (offer) => {
  offer.preventDefault();
  install.hidden = false;
  install.firstElementChild.addEventListener("click", () => offer.prompt(), { once: true });
});

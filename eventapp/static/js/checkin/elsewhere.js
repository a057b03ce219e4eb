// Says where the camera works, in browsers that give pages none: those inside messengers.

const box = document.getElementById("elsewhere");

if (box && !navigator.mediaDevices?.getUserMedia) {
  const reason = isSecureContext ? "messenger" : "insecure";
  for (const line of box.querySelectorAll("[data-when]")) line.hidden = line.dataset.when !== reason;
  box.hidden = false;
}

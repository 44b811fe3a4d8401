import './survey.css';

/**
 * Comfort only: the page works without it. A form that is on its way is not sent a second time, and
 * whoever comes back to the page by the browser's history finds it ready again.
 */
for (const form of document.forms) {
  let isOnItsWay = false;
  form.addEventListener('submit', (event) => {
    if (isOnItsWay) event.preventDefault();
    isOnItsWay = true;
  });
  window.addEventListener('pageshow', () => (isOnItsWay = false));
}

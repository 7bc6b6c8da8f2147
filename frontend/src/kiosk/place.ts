/** Which kiosk this page is: `/kiosk/{id}`. */
export const kioskId = decodeURIComponent(location.pathname.split('/')[2] ?? '')

export { default } from './EnrolDevice.vue'
export { words } from './words'

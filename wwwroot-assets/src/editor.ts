export class AthenaEditor extends HTMLElement {}

export class AthenaChart extends HTMLElement {}

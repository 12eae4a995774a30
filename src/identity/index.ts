export { hubId, idmrText, nirText, producerPseudonym, projectPseudonym, psaText } from './pseudonyms.ts'

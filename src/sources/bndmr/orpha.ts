/*
 * Some disorders of the Orphanet nomenclature: code and English name as published (Orphadata: free access data
 * from Orphanet. © INSERM 1999, www.orphadata.org, nomenclature pack 2023, CC BY 4.0). French names are the
 * usual ones; the groups are ours, for tables that have too few patients for one disease. Other codes are
 * accepted everywhere and shown as "ORPHA:code".
 */

export interface OrphaDisorder {
  readonly code: string
  readonly group: OrphaGroup
  readonly en: string
  readonly fr: string
}

export const orphaGroups = {
  respiratory: { en: 'Lung and airways', fr: 'Poumon et voies aériennes' },
  neuromuscular: { en: 'Neuromuscular', fr: 'Neuromusculaire' },
  metabolic: { en: 'Metabolic', fr: 'Métabolique' },
  blood: { en: 'Blood and vessels', fr: 'Sang et vaisseaux' },
  connective: { en: 'Bone and connective tissue', fr: 'Os et tissu conjonctif' },
  developmental: { en: 'Developmental anomalies', fr: 'Anomalies du développement' },
  immune: { en: 'Systemic and immune', fr: 'Systémique et immunitaire' },
  kidney: { en: 'Kidney', fr: 'Rein' },
  eye: { en: 'Eye', fr: 'Œil' },
  brain: { en: 'Brain and nerves', fr: 'Cerveau et nerfs' },
} as const

export type OrphaGroup = keyof typeof orphaGroups

export const orphaDisorders: readonly OrphaDisorder[] = [
  { code: '586', group: 'respiratory', en: 'Cystic fibrosis', fr: 'Mucoviscidose' },
  {
    code: '244',
    group: 'respiratory',
    en: 'Primary ciliary dyskinesia',
    fr: 'Dyskinésie ciliaire primitive',
  },
  {
    code: '2032',
    group: 'respiratory',
    en: 'Idiopathic pulmonary fibrosis',
    fr: 'Fibrose pulmonaire idiopathique',
  },
  {
    code: '422',
    group: 'respiratory',
    en: 'Idiopathic/heritable pulmonary arterial hypertension',
    fr: 'Hypertension artérielle pulmonaire idiopathique ou héritable',
  },
  {
    code: '60',
    group: 'respiratory',
    en: 'Alpha-1-antitrypsin deficiency',
    fr: 'Déficit en alpha-1-antitrypsine',
  },
  {
    code: '98896',
    group: 'neuromuscular',
    en: 'Duchenne muscular dystrophy',
    fr: 'Dystrophie musculaire de Duchenne',
  },
  {
    code: '273',
    group: 'neuromuscular',
    en: 'Steinert myotonic dystrophy',
    fr: 'Dystrophie myotonique de Steinert',
  },
  {
    code: '803',
    group: 'neuromuscular',
    en: 'Amyotrophic lateral sclerosis',
    fr: 'Sclérose latérale amyotrophique',
  },
  {
    code: '70',
    group: 'neuromuscular',
    en: 'Proximal spinal muscular atrophy',
    fr: 'Amyotrophie spinale proximale',
  },
  {
    code: '269',
    group: 'neuromuscular',
    en: 'Facioscapulohumeral dystrophy',
    fr: 'Dystrophie facio-scapulo-humérale',
  },
  { code: '355', group: 'metabolic', en: 'Gaucher disease', fr: 'Maladie de Gaucher' },
  { code: '324', group: 'metabolic', en: 'Fabry disease', fr: 'Maladie de Fabry' },
  {
    code: '365',
    group: 'metabolic',
    en: 'Glycogen storage disease due to acid maltase deficiency',
    fr: 'Glycogénose par déficit en maltase acide',
  },
  { code: '716', group: 'metabolic', en: 'Phenylketonuria', fr: 'Phénylcétonurie' },
  {
    code: '580',
    group: 'metabolic',
    en: 'Mucopolysaccharidosis type 2',
    fr: 'Mucopolysaccharidose de type 2',
  },
  { code: '905', group: 'metabolic', en: 'Wilson disease', fr: 'Maladie de Wilson' },
  { code: '79318', group: 'metabolic', en: 'PMM2-CDG', fr: 'PMM2-CDG' },
  { code: '61', group: 'metabolic', en: 'Alpha-mannosidosis', fr: 'Alpha-mannosidose' },
  { code: '848', group: 'blood', en: 'Beta-thalassemia', fr: 'Bêta-thalassémie' },
  { code: '232', group: 'blood', en: 'Sickle cell anemia', fr: 'Drépanocytose' },
  { code: '98878', group: 'blood', en: 'Hemophilia A', fr: 'Hémophilie A' },
  { code: '98879', group: 'blood', en: 'Hemophilia B', fr: 'Hémophilie B' },
  {
    code: '774',
    group: 'blood',
    en: 'Hereditary hemorrhagic telangiectasia',
    fr: 'Télangiectasie hémorragique héréditaire',
  },
  { code: '558', group: 'connective', en: 'Marfan syndrome', fr: 'Syndrome de Marfan' },
  {
    code: '285',
    group: 'connective',
    en: 'Hypermobile Ehlers-Danlos syndrome',
    fr: 'Syndrome d’Ehlers-Danlos hypermobile',
  },
  {
    code: '286',
    group: 'connective',
    en: 'Vascular Ehlers-Danlos syndrome',
    fr: 'Syndrome d’Ehlers-Danlos vasculaire',
  },
  { code: '666', group: 'connective', en: 'Osteogenesis imperfecta', fr: 'Ostéogenèse imparfaite' },
  { code: '648', group: 'developmental', en: 'Noonan syndrome', fr: 'Syndrome de Noonan' },
  { code: '904', group: 'developmental', en: 'Williams syndrome', fr: 'Syndrome de Williams' },
  { code: '881', group: 'developmental', en: 'Turner syndrome', fr: 'Syndrome de Turner' },
  {
    code: '567',
    group: 'developmental',
    en: '22q11.2 deletion syndrome',
    fr: 'Syndrome de délétion 22q11.2',
  },
  {
    code: '199',
    group: 'developmental',
    en: 'Cornelia de Lange syndrome',
    fr: 'Syndrome de Cornelia de Lange',
  },
  { code: '138', group: 'developmental', en: 'CHARGE syndrome', fr: 'Syndrome CHARGE' },
  { code: '90291', group: 'immune', en: 'Systemic sclerosis', fr: 'Sclérodermie systémique' },
  { code: '536', group: 'immune', en: 'Systemic lupus erythematosus', fr: 'Lupus érythémateux systémique' },
  { code: '797', group: 'immune', en: 'Sarcoidosis', fr: 'Sarcoïdose' },
  {
    code: '183',
    group: 'immune',
    en: 'Eosinophilic granulomatosis with polyangiitis',
    fr: 'Granulomatose éosinophilique avec polyangéite',
  },
  {
    code: '730',
    group: 'kidney',
    en: 'Autosomal dominant polycystic kidney disease',
    fr: 'Polykystose rénale autosomique dominante',
  },
  {
    code: '3337',
    group: 'kidney',
    en: 'Primary Fanconi renotubular syndrome',
    fr: 'Syndrome de Fanconi rénal primitif',
  },
  { code: '791', group: 'eye', en: 'Retinitis pigmentosa', fr: 'Rétinite pigmentaire' },
  { code: '827', group: 'eye', en: 'Stargardt disease', fr: 'Maladie de Stargardt' },
  { code: '399', group: 'brain', en: 'Huntington disease', fr: 'Maladie de Huntington' },
  { code: '33069', group: 'brain', en: 'Dravet syndrome', fr: 'Syndrome de Dravet' },
  { code: '778', group: 'brain', en: 'Rett syndrome', fr: 'Syndrome de Rett' },
  { code: '805', group: 'brain', en: 'Tuberous sclerosis complex', fr: 'Sclérose tubéreuse de Bourneville' },
  { code: '636', group: 'brain', en: 'Neurofibromatosis type 1', fr: 'Neurofibromatose de type 1' },
  { code: '2382', group: 'brain', en: 'Lennox-Gastaut syndrome', fr: 'Syndrome de Lennox-Gastaut' },
]

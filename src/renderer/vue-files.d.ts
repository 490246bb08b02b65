// Style sheets are imported for their effect alone; vue-tsc reads components itself.
declare module '*.css';

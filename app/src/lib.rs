//! Pages, components and server functions.

"""The screens «Выдача документов»: boxes of policy blanks, contracts, transfers to insurers, single blanks, totals."""

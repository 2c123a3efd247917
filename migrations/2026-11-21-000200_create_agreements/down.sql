drop table agreement_acceptances, agreements;

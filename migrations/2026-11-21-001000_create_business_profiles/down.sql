drop table business_profiles;

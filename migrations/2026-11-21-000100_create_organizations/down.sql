drop table operators, users, enrollments, organization_domains, organizations;

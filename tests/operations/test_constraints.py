"""Every constraint of the tables, broken on purpose: the database itself refuses."""

import re
from functools import cache

import pytest
from sqlalchemy import (
    CheckConstraint,
    Constraint,
    ForeignKeyConstraint,
    UniqueConstraint,
    create_engine,
    text,
)
from sqlalchemy.exc import IntegrityError

from grants.database import prepare
from tests.databases import KINDS, tables

#: Two calls, each with its revision; a draft, two decided dossiers, one opinion in draft.
SOUND_ROWS = """
INSERT INTO user_account (id, email, name, active, fs_uniquifier, created_at, manages_calls,
                          failed_logins)
VALUES (1, 'one@example.org', 'One', true, 'one', '2026-11-16 11:00:00+00', false, 0),
       (2, 'two@example.org', 'Two', true, 'two', '2026-11-16 11:00:00+00', false, 0);
INSERT INTO security_role (id, name) VALUES (1, 'one'), (2, 'two');
INSERT INTO organisation (id, siret, name, created_at)
VALUES (1, '12345678200002', 'One', '2026-11-16 11:00:00+00'),
       (2, '73282932000074', 'Two', '2026-11-16 11:00:00+00');
INSERT INTO membership (id, user_id, organisation_id, capacity, created_at)
VALUES (1, 1, 1, 'editor', '2026-11-16 11:00:00+00'),
       (2, 1, 2, 'editor', '2026-11-16 11:00:00+00');
INSERT INTO service (id, kind, scope, name, territory, address, email, phone)
VALUES (1, 'ddcs', 'department', '', '16', '', '', ''),
       (2, 'ddcs', 'department', '', '17', '', '', '');
INSERT INTO service_membership (id, user_id, service_id, capacity, created_at)
VALUES (1, 2, 1, 'head', '2026-11-16 11:00:00+00'), (2, 2, 2, 'head', '2026-11-16 11:00:00+00');
INSERT INTO stand_in (id, service_id, user_id, starts_on, ends_on, named_by_id, created_at)
VALUES (1, 1, 1, '2026-11-16', '2026-11-16', 2, '2026-11-16 11:00:00+00');
INSERT INTO invitation (id, email, organisation_id, service_id, capacity, token_sha256,
                        invited_by_id, created_at, expires_at)
VALUES (1, 'three@example.org', 1, NULL, 'editor', 'a', 1, '2026-11-16 11:00:00+00',
        '2026-11-23 11:00:00+00'),
       (2, 'four@example.org', NULL, 1, 'officer', 'b', 2, '2026-11-16 11:00:00+00',
        '2026-11-23 11:00:00+00');
INSERT INTO parked_form (id, user_id, path, inputs, created_at, expires_at)
VALUES (1, 1, '/a', '{}', '2026-11-16 11:00:00+00', '2026-11-23 11:00:00+00'),
       (2, 1, '/b', '{}', '2026-11-16 11:00:00+00', '2026-11-23 11:00:00+00');
INSERT INTO call (id, slug, title, opens_at, closes_at, dossier_count, created_at)
VALUES (1, 'one', 'One', '2026-11-16 11:00:00+00', '2026-12-16 11:00:00+00', 2,
        '2026-11-16 11:00:00+00'),
       (2, 'two', 'Two', '2026-11-16 11:00:00+00', '2026-12-16 11:00:00+00', 0,
        '2026-11-16 11:00:00+00');
INSERT INTO call_revision (id, call_id, number, source, definition, sha256, imported_at)
VALUES (1, 1, 1, '', '{}', 'a', '2026-11-16 11:00:00+00'),
       (2, 2, 1, '', '{}', 'b', '2026-11-16 11:00:00+00'),
       (3, 1, 2, '', '{}', 'c', '2026-11-16 11:00:00+00');
INSERT INTO call_event (id, call_id, kind, detail, at)
VALUES (1, 1, 'imported', '{}', '2026-11-16 11:00:00+00');
INSERT INTO dossier (id, call_id, revision_id, organisation_id, reference, title, state, phase,
                     step, stage, turn, version_number, created_at, created_by_id, submitted_at,
                     department_code, region_code)
VALUES (1, 1, 1, 1, 'ONE-0001', '', 'a', 'draft', 0, 0, '[]', 0, '2026-11-16 11:00:00+00', 1,
        NULL, NULL, NULL),
       (2, 1, 1, 1, 'ONE-0002', '', 'b', 'review', 1, 1, '[]', 1, '2026-11-16 11:00:00+00', 1,
        '2026-11-16 11:00:00+00', '17', '54'),
       (3, 1, 1, 1, 'ONE-0003', '', 'b', 'review', 1, 1, '[]', 1, '2026-11-16 11:00:00+00', 1,
        '2026-11-16 11:00:00+00', '17', '54');
INSERT INTO answer (dossier_id, field_key, value, revision, updated_at, updated_by_id)
VALUES (1, 'a', '1', 1, '2026-11-16 11:00:00+00', 1);
INSERT INTO dossier_version (id, dossier_id, number, answers, figures, sha256, frozen_at,
                             frozen_by_id)
VALUES (1, 2, 1, '{}', '{}', 'a', '2026-11-16 11:00:00+00', 1),
       (2, 3, 1, '{}', '{}', 'a', '2026-11-16 11:00:00+00', 1),
       (3, 3, 2, '{}', '{}', 'a', '2026-11-16 11:00:00+00', 1);
INSERT INTO dossier_event (id, dossier_id, step, trigger, from_state, to_state, at, actor_id, role,
                           stood_in, version_number, note)
VALUES (1, 2, 1, 'x', 'a', 'b', '2026-11-16 11:00:00+00', 1, 'r', false, 1, '{}'),
       (2, 2, 2, 'x', 'a', 'b', '2026-11-16 11:00:00+00', NULL, NULL, false, 1, '{}');
INSERT INTO opinion (id, dossier_id, opinion_key, round, answers, revision, updated_at,
                     updated_by_id, version_id, given_at, given_by_id, stood_in)
VALUES (1, 2, 'o', 1, '{}', 1, '2026-11-16 11:00:00+00', 2, 1, '2026-11-16 11:00:00+00', 2, false),
       (2, 2, 'o', 2, '{}', 1, '2026-11-16 11:00:00+00', 2, NULL, NULL, NULL, false);
INSERT INTO decision (id, dossier_id, number, outcome, amount_cents, rank, reason, answers,
                      version_id, decided_at, decided_by_id, stood_in)
VALUES (1, 2, 1, 'selected', 100, NULL, NULL, '{}', 1, '2026-11-16 11:00:00+00', 2, false),
       (2, 3, 1, 'waiting_list', NULL, 1, NULL, '{}', 2, '2026-11-16 11:00:00+00', 2, false),
       (3, 3, 2, 'rejected', NULL, NULL, 'no', '{}', 2, '2026-11-16 11:00:00+00', 2, false);
UPDATE dossier SET phase = 'decided', decision_id = 1 WHERE id = 2;
UPDATE dossier SET phase = 'decided', decision_id = 3 WHERE id = 3;
INSERT INTO score_sheet (id, dossier_id, grid_key, scorer_id, answers, revision, updated_at,
                         version_id, returned_at, total)
VALUES (1, 2, 'g', 1, '{}', 1, '2026-11-16 11:00:00+00', 1, '2026-11-16 11:00:00+00', 3),
       (2, 2, 'g', 2, '{}', 1, '2026-11-16 11:00:00+00', NULL, NULL, NULL);
INSERT INTO hearing_slot (id, call_id, hearing_key, starts_at, place, dossier_id, booked_at,
                          booked_by_id)
VALUES (1, 1, 'h', '2026-12-16 09:00:00+00', '', 2, '2026-11-16 11:00:00+00', 1),
       (2, 1, 'h', '2026-12-16 09:10:00+00', '', NULL, NULL, NULL),
       (3, 2, 'i', '2026-12-16 09:00:00+00', '', NULL, NULL, NULL);
INSERT INTO dossier_party (id, dossier_id, party_key, organisation_id, joined_at, joined_by_id)
VALUES (1, 1, 'p', 2, '2026-11-16 11:00:00+00', 1), (2, 1, 'q', 2, '2026-11-16 11:00:00+00', 1);
INSERT INTO party_invitation (id, dossier_id, party_key, email, token_sha256, invited_by_id,
                              created_at, expires_at)
VALUES (1, 1, 'p', 'five@example.org', 'a', 1, '2026-11-16 11:00:00+00',
        '2026-11-23 11:00:00+00'),
       (2, 1, 'q', 'six@example.org', 'b', 1, '2026-11-16 11:00:00+00', '2026-11-23 11:00:00+00');
INSERT INTO stored_file (id, dossier_id, field_key, sha256, name, size, kind, added_at, added_by_id)
VALUES (1, 1, 'f', '0123456789012345678901234567890123456789012345678901234567890123', 'a.pdf', 1,
        'pdf', '2026-11-16 11:00:00+00', 1),
       (2, 1, 'g', '0123456789012345678901234567890123456789012345678901234567890123', 'a.pdf', 1,
        'pdf', '2026-11-16 11:00:00+00', 1);
INSERT INTO receipt (id, dossier_id, version_id, issued_at, content)
VALUES (1, 2, 1, '2026-11-16 11:00:00+00', '{}'), (2, 3, 2, '2026-11-16 11:00:00+00', '{}');
INSERT INTO proposal (id, author_id, call_id, revision_id, dossier_id, name, sha256, reading,
                      made_at)
VALUES (1, 1, 1, 1, 1, 'a.docx',
        '0123456789012345678901234567890123456789012345678901234567890123', '{}',
        '2026-11-16 11:00:00+00');
INSERT INTO issued_document (id, code, kind, dossier_id, version_id, act_step, audience,
                             model_sha256, content_sha256, issued_at)
VALUES (1, '0000000000000001', 'receipt', 2, 1, 1, 'applicant',
        '0123456789012345678901234567890123456789012345678901234567890123',
        '1123456789012345678901234567890123456789012345678901234567890123',
        '2026-11-16 11:00:00+00'),
       (2, '0000000000000002', 'receipt', 2, 1, 2, 'applicant',
        '0123456789012345678901234567890123456789012345678901234567890123',
        '2123456789012345678901234567890123456789012345678901234567890123',
        '2026-11-16 11:00:00+00'),
       (3, '0000000000000003', 'presentation', 2, 1, NULL, 'service',
        '0123456789012345678901234567890123456789012345678901234567890123',
        '3123456789012345678901234567890123456789012345678901234567890123',
        '2026-11-16 11:00:00+00');
INSERT INTO issued_file (document_id, format, sha256, size)
VALUES (1, 'docx', '1123456789012345678901234567890123456789012345678901234567890123', 1),
       (2, 'docx', '2123456789012345678901234567890123456789012345678901234567890123', 1);
INSERT INTO conversion (id, target, sha256, unique_key, asked_by_id, asked_at, status, attempts,
                        due_at, ended_at, document_id, call_id, dossier_id, name)
VALUES (1, 'pdf', '1123456789012345678901234567890123456789012345678901234567890123', 'a', 1,
        '2026-11-16 11:00:00+00', 'waiting', 0, '2026-11-16 11:00:00+00', NULL, 1, NULL, NULL,
        NULL),
       (2, 'docx', '2123456789012345678901234567890123456789012345678901234567890123', 'b', 1,
        '2026-11-16 11:00:00+00', 'done', 1, '2026-11-16 11:00:00+00', '2026-11-16 11:00:00+00',
        NULL, 1, 1, 'a.odt');
INSERT INTO reminder_sent (id, dossier_id, clock, due_on, days_before, sent_at)
VALUES (1, 2, 'c', '2026-12-16', 7, '2026-11-16 11:00:00+00'),
       (2, 2, 'c', '2026-12-16', 1, '2026-11-16 11:00:00+00');
INSERT INTO mail (id, kind, recipient, subject, body, status, attempts, created_at, due_at,
                  unique_key)
VALUES (1, 'k', 'one@example.org', '', '', 'queued', 0, '2026-11-16 11:00:00+00',
        '2026-11-16 11:00:00+00', 'a'),
       (2, 'k', 'one@example.org', '', '', 'queued', 0, '2026-11-16 11:00:00+00',
        '2026-11-16 11:00:00+00', 'b');
"""

#: Books the slot of that number for the second dossier.
BOOKING = (
    "UPDATE hearing_slot SET dossier_id = 2, booked_at = starts_at, booked_by_id = 1 WHERE id = "
)

#: Constraint, and a statement that breaks it and no other.
BREAKS = [
    ("uq_user_account_email", "UPDATE user_account SET email = 'one@example.org' WHERE id = 2"),
    ("uq_user_account_fs_uniquifier", "UPDATE user_account SET fs_uniquifier = 'one' WHERE id = 2"),
    (
        "ck_user_account_email_is_lower_case",
        "UPDATE user_account SET email = 'One@example.org' WHERE id = 1",
    ),
    (
        "ck_user_account_failed_logins_not_negative",
        "UPDATE user_account SET failed_logins = -1 WHERE id = 1",
    ),
    ("uq_security_role_name", "UPDATE security_role SET name = 'one' WHERE id = 2"),
    ("uq_organisation_siret", "UPDATE organisation SET siret = '12345678200002' WHERE id = 2"),
    ("ck_organisation_siret_has_14_digits", "UPDATE organisation SET siret = '123' WHERE id = 1"),
    ("uq_membership_user_organisation", "UPDATE membership SET organisation_id = 1 WHERE id = 2"),
    (
        "ck_membership_capacity_of_an_organisation",
        "UPDATE membership SET capacity = 'head' WHERE id = 1",
    ),
    ("uq_service_kind_territory", "UPDATE service SET territory = '16' WHERE id = 2"),
    ("ck_service_scope_is_known", "UPDATE service SET scope = 'lost' WHERE id = 1"),
    ("ck_service_territory_fits_the_scope", "UPDATE service SET scope = 'national' WHERE id = 1"),
    ("ck_service_territory_fits_the_scope", "UPDATE service SET territory = '' WHERE id = 1"),
    (
        "uq_service_membership_user_service",
        "UPDATE service_membership SET service_id = 1 WHERE id = 2",
    ),
    (
        "ck_service_membership_capacity_of_a_service",
        "UPDATE service_membership SET capacity = 'signatory' WHERE id = 1",
    ),
    ("ck_stand_in_dates_in_order", "UPDATE stand_in SET ends_on = '2026-11-15' WHERE id = 1"),
    ("uq_invitation_token_sha256", "UPDATE invitation SET token_sha256 = 'a' WHERE id = 2"),
    ("ck_invitation_email_is_lower_case", "UPDATE invitation SET email = 'T@x.org' WHERE id = 1"),
    ("ck_invitation_joins_exactly_one_body", "UPDATE invitation SET service_id = 1 WHERE id = 1"),
    (
        "ck_invitation_capacity_fits_the_body",
        "UPDATE invitation SET capacity = 'head' WHERE id = 1",
    ),
    (
        "ck_invitation_capacity_fits_the_body",
        "UPDATE invitation SET capacity = 'editor' WHERE id = 2",
    ),
    (
        "ck_invitation_expires_after_creation",
        "UPDATE invitation SET expires_at = created_at WHERE id = 1",
    ),
    ("uq_parked_form_user_path", "UPDATE parked_form SET path = '/a' WHERE id = 2"),
    (
        "ck_parked_form_expires_after_creation",
        "UPDATE parked_form SET expires_at = created_at WHERE id = 1",
    ),
    ("uq_call_slug", "UPDATE call SET slug = 'one' WHERE id = 2"),
    ("ck_call_dates_in_order", "UPDATE call SET closes_at = opens_at WHERE id = 1"),
    ("ck_call_dossier_count_not_negative", "UPDATE call SET dossier_count = -1 WHERE id = 1"),
    ("ck_call_published_has_a_revision", "UPDATE call SET published_at = opens_at WHERE id = 1"),
    ("uq_call_revision_call_number", "UPDATE call_revision SET number = 1 WHERE id = 3"),
    ("ck_call_revision_number_from_1", "UPDATE call_revision SET number = 0 WHERE id = 1"),
    ("ck_call_event_kind_is_known", "UPDATE call_event SET kind = 'lost' WHERE id = 1"),
    ("uq_dossier_reference", "UPDATE dossier SET reference = 'ONE-0001' WHERE id = 2"),
    ("ck_dossier_phase_is_known", "UPDATE dossier SET phase = 'lost' WHERE id = 2"),
    ("ck_dossier_stage_within_steps", "UPDATE dossier SET step = -1 WHERE id = 1"),
    ("ck_dossier_stage_within_steps", "UPDATE dossier SET stage = 2 WHERE id = 2"),
    ("ck_dossier_stage_within_steps", "UPDATE dossier SET stage = -1 WHERE id = 2"),
    ("ck_dossier_deposited_out_of_draft", "UPDATE dossier SET phase = 'draft' WHERE id = 2"),
    ("ck_dossier_deposited_out_of_draft", "UPDATE dossier SET phase = 'review' WHERE id = 1"),
    ("ck_dossier_deposited_has_a_version", "UPDATE dossier SET version_number = 0 WHERE id = 2"),
    ("ck_dossier_deposited_has_a_version", "UPDATE dossier SET version_number = 1 WHERE id = 1"),
    (
        "ck_dossier_deposited_has_a_territory",
        "UPDATE dossier SET department_code = NULL WHERE id = 2",
    ),
    ("ck_dossier_deposited_has_a_territory", "UPDATE dossier SET region_code = NULL WHERE id = 2"),
    ("ck_dossier_decided_has_its_decision", "UPDATE dossier SET decision_id = NULL WHERE id = 2"),
    ("ck_dossier_notified_is_dated", "UPDATE dossier SET phase = 'notified' WHERE id = 2"),
    ("ck_dossier_notified_is_dated", "UPDATE dossier SET notified_at = created_at WHERE id = 2"),
    ("ck_dossier_closed_is_dated", "UPDATE dossier SET phase = 'closed' WHERE id = 2"),
    ("ck_dossier_closed_is_dated", "UPDATE dossier SET closed_at = created_at WHERE id = 2"),
    ("ck_dossier_completion_has_a_date", "UPDATE dossier SET phase = 'completion' WHERE id = 2"),
    ("ck_dossier_due_date_has_its_clock", "UPDATE dossier SET due_on = '2026-12-16' WHERE id = 2"),
    ("ck_dossier_due_date_has_its_clock", "UPDATE dossier SET due_clock = 'c' WHERE id = 2"),
    (
        "ck_dossier_silence_runs_in_review",
        "UPDATE dossier SET silence_on = '2027-01-16' WHERE id = 1",
    ),
    ("fk_dossier_revision_of_its_call", "UPDATE dossier SET revision_id = 2 WHERE id = 1"),
    ("fk_dossier_decision_of_its_own", "UPDATE dossier SET decision_id = 2 WHERE id = 2"),
    ("ck_answer_revision_from_1", "UPDATE answer SET revision = 0"),
    ("uq_dossier_version_dossier_number", "UPDATE dossier_version SET number = 1 WHERE id = 3"),
    ("ck_dossier_version_number_from_1", "UPDATE dossier_version SET number = 0 WHERE id = 1"),
    ("uq_dossier_event_dossier_step", "UPDATE dossier_event SET step = 1 WHERE id = 2"),
    ("ck_dossier_event_step_from_1", "UPDATE dossier_event SET step = 0 WHERE id = 1"),
    ("ck_dossier_event_actor_has_a_role", "UPDATE dossier_event SET role = NULL WHERE id = 1"),
    ("ck_dossier_event_actor_has_a_role", "UPDATE dossier_event SET role = 'r' WHERE id = 2"),
    ("uq_opinion_dossier_key_round", "UPDATE opinion SET round = 1 WHERE id = 2"),
    ("ck_opinion_round_from_1", "UPDATE opinion SET round = 0 WHERE id = 1"),
    (
        "ck_opinion_given_on_a_version_by_someone",
        "UPDATE opinion SET version_id = NULL WHERE id = 1",
    ),
    (
        "ck_opinion_given_on_a_version_by_someone",
        "UPDATE opinion SET given_by_id = NULL WHERE id = 1",
    ),
    ("ck_opinion_given_on_a_version_by_someone", "UPDATE opinion SET version_id = 1 WHERE id = 2"),
    ("fk_opinion_version_of_its_dossier", "UPDATE opinion SET version_id = 2 WHERE id = 1"),
    ("uq_decision_dossier_number", "UPDATE decision SET number = 1 WHERE id = 3"),
    ("ck_decision_number_from_1", "UPDATE decision SET number = 0 WHERE id = 1"),
    ("ck_decision_outcome_is_known", "UPDATE decision SET outcome = 'lost' WHERE id = 3"),
    ("ck_decision_selected_has_an_amount", "UPDATE decision SET amount_cents = NULL WHERE id = 1"),
    ("ck_decision_selected_has_an_amount", "UPDATE decision SET amount_cents = 1 WHERE id = 3"),
    ("ck_decision_amount_is_positive", "UPDATE decision SET amount_cents = 0 WHERE id = 1"),
    ("ck_decision_waiting_has_a_rank", "UPDATE decision SET rank = NULL WHERE id = 2"),
    ("ck_decision_waiting_has_a_rank", "UPDATE decision SET rank = 1 WHERE id = 3"),
    ("ck_decision_rank_from_1", "UPDATE decision SET rank = 0 WHERE id = 2"),
    ("ck_decision_rejected_has_a_reason", "UPDATE decision SET reason = NULL WHERE id = 3"),
    ("ck_decision_rejected_has_a_reason", "UPDATE decision SET reason = '' WHERE id = 3"),
    ("fk_decision_version_of_its_dossier", "UPDATE decision SET version_id = 1 WHERE id = 2"),
    ("uq_score_sheet_dossier_grid_scorer", "UPDATE score_sheet SET scorer_id = 1 WHERE id = 2"),
    (
        "ck_score_sheet_returned_on_a_version_with_its_total",
        "UPDATE score_sheet SET total = NULL WHERE id = 1",
    ),
    (
        "ck_score_sheet_returned_on_a_version_with_its_total",
        "UPDATE score_sheet SET version_id = 1 WHERE id = 2",
    ),
    ("ck_score_sheet_total_not_negative", "UPDATE score_sheet SET total = -1 WHERE id = 1"),
    ("fk_score_sheet_version_of_its_dossier", "UPDATE score_sheet SET version_id = 2 WHERE id = 1"),
    (
        "uq_hearing_slot_start",
        "UPDATE hearing_slot SET starts_at = '2026-12-16 09:00:00+00' WHERE id = 2",
    ),
    (
        "uq_hearing_slot_once_for_a_dossier",
        BOOKING + "2",
    ),
    (
        "fk_hearing_slot_dossier_of_its_call",
        BOOKING + "3",
    ),
    (
        "ck_hearing_slot_booked_for_a_dossier_by_someone",
        "UPDATE hearing_slot SET booked_by_id = NULL WHERE id = 1",
    ),
    (
        "ck_hearing_slot_booked_for_a_dossier_by_someone",
        "UPDATE hearing_slot SET booked_at = starts_at WHERE id = 2",
    ),
    ("uq_dossier_party_dossier_party", "UPDATE dossier_party SET party_key = 'p' WHERE id = 2"),
    (
        "ck_dossier_party_signed_by_someone_on_something",
        "UPDATE dossier_party SET signed_at = joined_at WHERE id = 1",
    ),
    (
        "ck_dossier_party_signed_by_someone_on_something",
        "UPDATE dossier_party SET signed_sha256 = 'a' WHERE id = 1",
    ),
    ("uq_party_invitation_token_sha256", "UPDATE party_invitation SET token_sha256 = 'a'"),
    (
        "ck_party_invitation_email_is_lower_case",
        "UPDATE party_invitation SET email = 'T@x.org' WHERE id = 1",
    ),
    (
        "ck_party_invitation_expires_after_creation",
        "UPDATE party_invitation SET expires_at = created_at WHERE id = 1",
    ),
    (
        "uq_stored_file_dossier_field_content",
        "UPDATE stored_file SET field_key = 'f' WHERE id = 2",
    ),
    ("ck_stored_file_sha256_has_64_digits", "UPDATE stored_file SET sha256 = 'a' WHERE id = 1"),
    ("ck_stored_file_size_is_positive", "UPDATE stored_file SET size = 0 WHERE id = 1"),
    (
        "uq_receipt_version_id",
        "INSERT INTO receipt SELECT 3, 2, 1, issued_at, content FROM receipt",
    ),
    ("fk_receipt_version_of_its_dossier", "UPDATE receipt SET version_id = 3 WHERE id = 1"),
    (
        "uq_issued_document_code",
        "UPDATE issued_document SET code = '0000000000000001' WHERE id = 2",
    ),
    (
        "uq_issued_document_same_words",
        "UPDATE issued_document SET content_sha256 = replace(content_sha256, '21234', '11234')",
    ),
    ("uq_issued_document_once_an_act", "UPDATE issued_document SET act_step = 1 WHERE id = 2"),
    ("ck_issued_document_code_has_16_signs", "UPDATE issued_document SET code = 'A' WHERE id = 1"),
    ("ck_issued_document_kind_is_known", "UPDATE issued_document SET kind = 'x' WHERE id = 1"),
    (
        "ck_issued_document_audience_is_known",
        "UPDATE issued_document SET audience = 'public' WHERE id = 1",
    ),
    (
        "ck_issued_document_issued_by_an_act_or_on_demand",
        "UPDATE issued_document SET act_step = NULL WHERE id = 1",
    ),
    (
        "ck_issued_document_issued_by_an_act_or_on_demand",
        "UPDATE issued_document SET kind = 'presentation' WHERE id = 2",
    ),
    (
        "ck_issued_document_digests_have_64_digits",
        "UPDATE issued_document SET model_sha256 = 'a' WHERE id = 1",
    ),
    (
        "ck_issued_document_digests_have_64_digits",
        "UPDATE issued_document SET content_sha256 = 'a' WHERE id = 1",
    ),
    (
        "fk_issued_document_version_of_its_dossier",
        "UPDATE issued_document SET version_id = 2 WHERE id = 1",
    ),
    (
        "fk_issued_document_act_of_its_dossier",
        "UPDATE issued_document SET act_step = 9 WHERE id = 1",
    ),
    (
        "uq_issued_file_sha256",
        "UPDATE issued_file SET sha256 = replace(sha256, '21234', '11234')",
    ),
    ("ck_issued_file_format_is_known", "UPDATE issued_file SET format = 'odt'"),
    (
        "ck_issued_file_sha256_has_64_digits",
        "UPDATE issued_file SET sha256 = 'a' WHERE document_id = 1",
    ),
    ("ck_issued_file_size_is_positive", "UPDATE issued_file SET size = 0"),
    ("ck_proposal_for_a_dossier_or_a_new_one", "UPDATE proposal SET organisation_id = 1"),
    ("ck_proposal_for_a_dossier_or_a_new_one", "UPDATE proposal SET dossier_id = NULL"),
    (
        "ck_proposal_opinion_has_a_dossier",
        "UPDATE proposal SET opinion_key = 'a', dossier_id = NULL, organisation_id = 1",
    ),
    ("ck_proposal_sha256_has_64_digits", "UPDATE proposal SET sha256 = 'a'"),
    ("fk_proposal_revision_of_its_call", "UPDATE proposal SET revision_id = 2"),
    ("uq_conversion_unique_key", "UPDATE conversion SET unique_key = 'a' WHERE id = 2"),
    (
        "ck_conversion_target_is_known",
        "UPDATE conversion SET target = 'odt', document_id = NULL WHERE id = 1",
    ),
    ("ck_conversion_status_is_known", "UPDATE conversion SET status = 'lost' WHERE id = 1"),
    ("ck_conversion_running_leases", "UPDATE conversion SET status = 'running' WHERE id = 1"),
    ("ck_conversion_running_leases", "UPDATE conversion SET leased_until = due_at WHERE id = 1"),
    ("ck_conversion_ended_has_its_time", "UPDATE conversion SET ended_at = NULL WHERE id = 2"),
    ("ck_conversion_ended_has_its_time", "UPDATE conversion SET ended_at = due_at WHERE id = 1"),
    ("ck_conversion_failed_has_its_reason", "UPDATE conversion SET status = 'failed' WHERE id = 2"),
    ("ck_conversion_attempts_not_negative", "UPDATE conversion SET attempts = -1 WHERE id = 1"),
    ("ck_conversion_sha256_has_64_digits", "UPDATE conversion SET sha256 = 'a' WHERE id = 1"),
    (
        "ck_conversion_pdf_is_of_a_document",
        "UPDATE conversion SET document_id = NULL WHERE id = 1",
    ),
    ("ck_conversion_pdf_is_of_a_document", "UPDATE conversion SET document_id = 1 WHERE id = 2"),
    ("ck_conversion_file_read_is_of_a_call", "UPDATE conversion SET call_id = NULL WHERE id = 2"),
    ("ck_conversion_file_read_is_of_a_call", "UPDATE conversion SET name = NULL WHERE id = 2"),
    (
        "ck_conversion_file_read_has_one_place",
        "UPDATE conversion SET organisation_id = 1 WHERE id = 2",
    ),
    ("ck_conversion_file_read_has_one_place", "UPDATE conversion SET dossier_id = 1 WHERE id = 1"),
    (
        "ck_conversion_opinion_has_a_dossier",
        "UPDATE conversion SET opinion_key = 'a' WHERE id = 1",
    ),
    (
        "ck_conversion_proposal_ends_a_reading",
        "UPDATE conversion SET proposal_id = 1, status = 'waiting', ended_at = NULL WHERE id = 2",
    ),
    ("uq_reminder_sent_once", "UPDATE reminder_sent SET days_before = 7 WHERE id = 2"),
    ("uq_mail_unique_key", "UPDATE mail SET unique_key = 'a' WHERE id = 2"),
    ("ck_mail_status_is_known", "UPDATE mail SET status = 'lost' WHERE id = 1"),
    ("ck_mail_sent_has_its_time", "UPDATE mail SET status = 'sent' WHERE id = 1"),
    ("ck_mail_sent_has_its_time", "UPDATE mail SET sent_at = due_at WHERE id = 1"),
    ("ck_mail_sending_leases", "UPDATE mail SET status = 'sending' WHERE id = 1"),
    ("ck_mail_sending_leases", "UPDATE mail SET leased_until = due_at WHERE id = 1"),
    ("ck_mail_attempts_not_negative", "UPDATE mail SET attempts = -1 WHERE id = 1"),
]


@pytest.fixture(scope="module", params=KINDS)
def sound(request):
    """A connection that has written the sound rows, for all that follow."""
    fixture = {"sqlite": "sqlite_files", "postgresql": "postgres_server"}[request.param]
    engine = create_engine(request.getfixturevalue(fixture).with_tables())
    prepare(engine)
    with engine.connect() as connection:
        for statement in SOUND_ROWS.split(";\n"):
            if statement.strip():
                connection.execute(text(statement))
        yield connection
    engine.dispose()


@pytest.fixture
def connection(sound):
    with sound.begin_nested() as undone:
        yield sound
        undone.rollback()


@pytest.mark.parametrize(
    ("name", "statement"), BREAKS, ids=[f"{name}: {statement}" for name, statement in BREAKS]
)
def test_the_database_refuses_what_breaks(name, statement, connection):
    with pytest.raises(IntegrityError, match=re.escape(said(name, connection.dialect.name))):
        connection.execute(text(statement))


def test_every_constraint_has_been_broken():
    assert {name for name, _ in BREAKS} == set(breakable())


@cache
def breakable() -> dict[str, Constraint]:
    """Checks, unique keys and references of several columns, by name.

    A unique key that holds the whole primary key is there to be referred to: nothing can break it
    that does not break the primary key first.
    """
    return {
        str(each.name): each
        for table in tables().tables.values()
        for each in table.constraints
        if isinstance(each, CheckConstraint)
        or (
            isinstance(each, UniqueConstraint)
            and not set(table.primary_key.columns) <= set(each.columns)
        )
        or (isinstance(each, ForeignKeyConstraint) and len(each.columns) > 1)
    }


def said(name: str, database_kind: str) -> str:
    """How the database names the constraint: SQLite tells columns for a key, and no reference."""
    constraint = breakable()[name]
    if database_kind == "postgresql" or isinstance(constraint, CheckConstraint):
        return f'"{name}"' if database_kind == "postgresql" else f"CHECK constraint failed: {name}"
    if isinstance(constraint, UniqueConstraint):
        columns = ", ".join(f"{each.table.name}.{each.name}" for each in constraint.columns)
        return f"UNIQUE constraint failed: {columns}"
    return "FOREIGN KEY constraint failed"

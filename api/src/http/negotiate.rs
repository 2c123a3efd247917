//! Which media types a caller speaks.

use axum::http::{HeaderMap, HeaderValue, header};

/// What a GraphQL response is written as: each has its own status codes (GraphQL over HTTP §6.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/json`: 200 for whatever was a well-formed request.
    Json,
    /// `application/graphql-response+json`: the status says whether it was executed.
    GraphqlResponse,
}

impl Media {
    const ALL: [Self; 2] = [Self::Json, Self::GraphqlResponse];

    /// As `Content-Type` has it.
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GraphqlResponse => "application/graphql-response+json",
        }
    }
}

/// The media type that `Accept` likes best; the first named of equals, JSON where it does not matter, none: neither.
pub(super) fn accepted(headers: &HeaderMap) -> Option<Media> {
    if !headers.contains_key(header::ACCEPT) {
        return Some(Media::Json);
    }
    let ranges = ranges(headers);
    let liked = |media: Media| {
        let matching = ranges.iter().enumerate().filter_map(|(place, range)| {
            let closeness = range.closeness(media.name())?;
            Some((closeness, range.quality, place))
        });
        // The closest range decides, as RFC 9110 §12.5.1 has it.
        let (_, quality, place) = matching.max_by_key(|(closeness, ..)| *closeness)?;
        (quality > 0).then_some((quality, std::cmp::Reverse(place)))
    };
    // Of equals `max_by_key` takes the last.
    let ranked = Media::ALL.into_iter().rev().filter_map(|media| Some((media, liked(media)?)));
    ranked.max_by_key(|(_, liked)| *liked).map(|(media, _)| media)
}

/// Whether a browser asks for a page.
pub(super) fn wants_html(headers: &HeaderMap) -> bool {
    ranges(headers).iter().any(|range| range.name == "text/html" && range.quality > 0)
}

/// Whether the body is JSON in UTF-8, as `Content-Type` says.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (given.next(), given.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let mut parts = value.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    is_json
        && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
            !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

/// Whether the body is sent as it is, and not packed: a small one could unpack to anything.
pub(super) fn is_plain(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_ENCODING).iter().all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// One media range of `Accept`.
struct Range {
    name: String,
    /// Thousandths.
    quality: u16,
}

impl Range {
    /// How closely it names a media type; none: not at all.
    fn closeness(&self, media: &str) -> Option<u8> {
        match self.name.as_str() {
            "*/*" => Some(0),
            "application/*" => Some(1),
            name => (name == media).then_some(2),
        }
    }
}

fn ranges(headers: &HeaderMap) -> Vec<Range> {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(range).collect()
}

fn range(text: &str) -> Range {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Range { name, quality: quality.map_or(1000, thousandths) }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
fn thousandths(quality: &str) -> u16 {
    let quality = quality.parse::<f32>().ok().filter(|quality| quality.is_finite());
    (quality.unwrap_or(0.0).clamp(0.0, 1.0) * 1000.0) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn the_caller_gets_what_it_likes_best() {
        let accepted = |value: &str| accepted(&headers(header::ACCEPT, value));
        let (json, graphql) = (Some(Media::Json), Some(Media::GraphqlResponse));
        assert_eq!(super::accepted(&HeaderMap::new()), json);
        for value in
            ["*/*", "application/*", "application/json", "text/html, */*;q=0.8", "application/json; charset=utf-8"]
        {
            assert_eq!(accepted(value), json, "{value}");
        }
        assert_eq!(accepted("application/graphql-response+json, application/json;q=0.9"), graphql);
        assert_eq!(accepted("application/graphql-response+json, application/json"), graphql);
        assert_eq!(accepted("application/json, application/graphql-response+json"), json);
        assert_eq!(accepted("application/json;q=0.5, application/graphql-response+json"), graphql);
        assert_eq!(accepted("application/json;q=0, */*"), graphql);
        for value in ["text/html", "application/xml", "application/json;q=0", ""] {
            assert_eq!(accepted(value), None, "{value}");
        }
    }

    #[test]
    fn a_body_is_json_in_utf_8() {
        let is_json = |value: &str| is_json(&headers(header::CONTENT_TYPE, value));
        for value in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""] {
            assert!(is_json(value), "{value}");
        }
        for value in ["text/plain", "application/json; charset=latin1", "multipart/form-data; boundary=x", ""] {
            assert!(!is_json(value), "{value}");
        }
    }
}

-- A search that matches too much for the full-text index is counted by walking through every text; here they lie close
-- together. Searches among one connector's or one environment's connections walk `connections_by_standing`.
CREATE INDEX connections_by_text ON connections (standing, search_text);

// The editorial API: the list of its parts.

package api

// editorialPrefix begins the paths of the editorial API.
const editorialPrefix = "/api/v1"

// registerEditorial adds the restricted side.
func (s *Server) registerEditorial() {
}

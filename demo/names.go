package demo

import (
	"strings"

	"kwote/domain/person"
)

// nameStock is what people of a country are called. Language is the one that
// Kwote writes to them in.
type nameStock struct {
	language string
	given    []string
	family   []string
}

var nameStocks = map[string]nameStock{
	"FR": {"fr",
		strings.Fields("Camille Léa Chloé Manon Inès Jeanne Louise Alice Sarah Claire Élodie Nadia Lucas Hugo Louis Jules Gabriel Adam Raphaël Mathis Karim Thomas Antoine Olivier"),
		strings.Fields("Martin Bernard Dubois Moreau Laurent Girard Lefèvre Roux Fournier Mercier Blanc Guérin Boyer Garnier Chevalier Lambert Benali Perrin Morel Gauthier Dumont Fontaine Rousseau Vidal")},
	"DE": {"de",
		strings.Fields("Anna Lena Mia Hannah Laura Julia Katharina Sabine Petra Aylin Greta Ida Jonas Lukas Felix Paul Maximilian Stefan Andreas Emre Matthias Jürgen Tobias Florian"),
		strings.Fields("Müller Schmidt Schneider Fischer Weber Wagner Becker Hoffmann Schäfer Koch Richter Klein Wolf Neumann Schwarz Zimmermann Krüger Hartmann Yılmaz Lange Vogel Kaiser Brandt Busch")},
	"NO": {"nb",
		strings.Fields("Nora Ingrid Solveig Astrid Emma Sofie Kari Marit Silje Hanne Thea Frida Jakob Emil Lars Magnus Henrik Ola Knut Sindre Eirik Håkon Bjørn Øyvind"),
		strings.Fields("Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Berg Haugen Hagen Bakken Lie Dahl Moen Solberg Strand Lund Eide Vik Sæther Nygård")},
	"GB": {"en",
		strings.Fields("Olivia Amelia Isla Emily Grace Sophie Charlotte Eleanor Priya Fiona Megan Ruth Oliver George Harry Jack Noah Arthur Callum Rhys Imran Ewan Simon Peter"),
		strings.Fields("Smith Jones Taylor Brown Williams Wilson Davies Evans Walker Wright Robinson Thompson White Hughes Edwards Green Patel Campbell Stewart Murray Bennett Shaw Khan Foster")},
	"US": {"en",
		strings.Fields("Emma Ava Sophia Isabella Mia Harper Abigail Madison Grace Maria Jasmine Nicole Liam Noah Mason Ethan Logan James Daniel Carlos Tyler Marcus Kevin Brian"),
		strings.Fields("Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Anderson Taylor Moore Jackson Lee Nguyen Harris Clark Lewis Young Walker Hill Flores Carter Rivera")},
}

var plainLetters = strings.NewReplacer("é", "e", "è", "e", "ë", "e", "É", "e", "ï", "i", "ü", "u", "ä", "a", "ö", "o",
	"ı", "i", "å", "a", "ø", "o", "Ø", "o", "æ", "ae", " ", ".")

// address is the e-mail address of a name in plain letters; the number tells
// namesakes apart. All domains are of the kind that nobody can own.
func address(name, number, domain string) string {
	return person.NormalEmail(plainLetters.Replace(name) + number + "@" + domain)
}
